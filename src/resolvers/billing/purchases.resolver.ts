import type { GraphQLResolveInfo } from 'graphql'
import { Args, ArgsType, Ctx, Info, Resolver } from 'type-graphql'
import { PurchaseConnection, PurchaseFilter } from '#schema/billing/purchase.type.js'
import { field, query } from '#schema/kernel/decorators.js'
import { requires } from '#schema/kernel/requires.js'
import { REVERSE } from '#schema/kernel/descriptions.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { purchases } from '#services/billing/queries/purchases.js'
import type { RequestContext } from '#context/request-context.js'
import { toPurchase } from './purchase.mapper.js'
import { toSelectedConnection } from '../kernel/page.mapper.js'

const PER_PAGE = 50

@ArgsType()
class PurchasesArgs extends pageArgs(PER_PAGE) {
  @field('Conditions. Default: none.', () => PurchaseFilter, { nullable: true })
  filter?: PurchaseFilter | null

  @field(REVERSE, () => Boolean, { nullable: true, defaultValue: false })
  reverse?: boolean | null
}

@Resolver()
export class PurchasesResolver {
  @query('Purchases of the installation: every payment for a product, newest first.', () => PurchaseConnection, {
    nullable: true,
  })
  @requires('OPS_READ')
  async purchases(
    @Ctx() context: RequestContext,
    @Args(() => PurchasesArgs) args: PurchasesArgs & PageArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PurchaseConnection> {
    const page = await purchases(context, args, pageRequest(args, PER_PAGE))
    return toSelectedConnection(info, page, page.items.map(toPurchase))
  }
}
