import { Arg, Args, ArgsType, Ctx, ID, Resolver } from 'type-graphql'
import { field, query } from '#schema/kernel/decorators.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { REASON } from '#schema/kernel/descriptions.js'
import { requires } from '#schema/kernel/requires.js'
import { PriceList, PriceListConnection, PriceListPayload, PriceListStatus } from '#schema/catalog/price-list.type.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { applyPriceList } from '#services/catalog/price-lists/apply-price-list.js'
import { priceLists } from '#services/catalog/price-lists/price-lists.js'
import { rejectPriceList } from '#services/catalog/price-lists/reject-price-list.js'
import type { RequestContext } from '#context/request-context.js'
import { toConnection } from '../kernel/page.mapper.js'
import { toPriceList } from './price-list.mapper.js'
import { mutation, unlessDenied } from '../kernel/mutation.js'

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
    {
      payload: () => PriceListPayload,
      permission: 'OPS_WRITE',
      moves: { nothing: 'changes prices of work, which this population does not' },
      repeats: 'The prices are already applied.',
    },
  )
  applyPriceList(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: 'ID of the price list.' }) id: string,
  ) {
    return unlessDenied(applyPriceList(context, id), (outcome) => toPriceList(outcome))
  }

  @mutation('Rejects proposed prices. The same changes are not proposed again. Repeated calls have no effect.', {
    payload: () => PriceListPayload,
    permission: 'OPS_WRITE',
    moves: { nothing: 'changes no price' },
    repeats: 'The prices are already rejected.',
  })
  rejectPriceList(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: 'ID of the price list.' }) id: string,
    @Arg('reason', () => String, { description: REASON }) reason: string,
  ) {
    return unlessDenied(rejectPriceList(context, id, reason), (outcome) => toPriceList(outcome))
  }
}
