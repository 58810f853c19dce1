import { Arg, Args, ArgsType, Ctx, ID, Resolver } from 'type-graphql'
import type { PriceListRow } from '#entities/catalog/price-list.entity.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { field, mutation, query } from '#schema/kernel/decorators.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { REASON } from '#schema/kernel/descriptions.js'
import { requires } from '#schema/kernel/requires.js'
import { PriceList, PriceListConnection, PriceListPayload, PriceListStatus } from '#schema/catalog/price-list.type.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import type { Denied } from '#services/kernel/result/denied.js'
import { applyPriceList } from '#services/catalog/price-lists/apply-price-list.js'
import { priceLists } from '#services/catalog/price-lists/price-lists.js'
import { rejectPriceList } from '#services/catalog/price-lists/reject-price-list.js'
import type { RequestContext } from '#context/request-context.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toConnection } from '../kernel/page.mapper.js'
import { toPriceList } from './price-list.mapper.js'

const LISTS_PER_PAGE = 20

@ArgsType()
class PriceListsArgs extends pageArgs(LISTS_PER_PAGE) {
  @field('Code of the feature of the rate card. Default: all.', () => String, { nullable: true })
  feature?: string | null

  @field('Statuses of the lists. Default: all.', () => [PriceListStatus], { nullable: true })
  statuses?: PriceListStatus[] | null
}

@Resolver(() => PriceList)
export class PriceListResolver {
  @query('Changes of prices that public price lists proposed, newest first.', () => PriceListConnection, {
    nullable: true,
  })
  @requires('OPS_READ')
  async priceLists(
    @Ctx() context: RequestContext,
    @Args(() => PriceListsArgs) args: PriceListsArgs & PageArgs,
  ): Promise<PriceListConnection> {
    const page = await priceLists(context, args, pageRequest(args, LISTS_PER_PAGE))
    return toConnection(page, page.items.map(toPriceList))
  }

  @mutation(
    'Applies proposed prices from now on. Reservations keep the prices of their time. Repeated calls have no effect.',
    () => PriceListPayload,
  )
  @requires('OPS_WRITE')
  async applyPriceList(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: 'ID of the price list.' }) id: string,
  ): Promise<PriceList | Denial> {
    return toResult(context, await applyPriceList(context, id))
  }

  @mutation(
    'Rejects proposed prices. The same changes are not proposed again. Repeated calls have no effect.',
    () => PriceListPayload,
  )
  @requires('OPS_WRITE')
  async rejectPriceList(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: 'ID of the price list.' }) id: string,
    @Arg('reason', () => String, { description: REASON }) reason: string,
  ): Promise<PriceList | Denial> {
    return toResult(context, await rejectPriceList(context, id, reason))
  }
}

const toResult = (context: RequestContext, outcome: PriceListRow | Denied): Promise<PriceList | Denial> | PriceList =>
  'kind' in outcome ? toDenial(context, outcome.denial) : toPriceList(outcome)
