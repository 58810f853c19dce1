import { Args, ArgsType, Ctx, Resolver } from 'type-graphql'
import { field, query } from '#schema/kernel/decorators.js'
import { requires } from '#schema/kernel/requires.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { PayoutFilter, VendorPayoutConnection } from '#schema/marketplace/vendor-earnings.type.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { payouts } from '#services/marketplace/payouts/payouts.js'
import type { RequestContext } from '#context/request-context.js'
import { toConnection } from '../kernel/page.mapper.js'
import { toPayout } from './vendor.mapper.js'

const PER_PAGE = 50

@ArgsType()
class PayoutsArgs extends pageArgs(PER_PAGE) {
  @field('Conditions. Default: none.', () => PayoutFilter, { nullable: true })
  filter?: PayoutFilter | null
}

@Resolver()
export class PayoutsResolver {
  @query('Payouts to all vendors, latest first.', () => VendorPayoutConnection, {
    nullable: true,
  })
  @requires('OPS_READ')
  async payouts(
    @Ctx() context: RequestContext,
    @Args(() => PayoutsArgs) args: PayoutsArgs & PageArgs,
  ): Promise<VendorPayoutConnection> {
    const page = await payouts(context, args, pageRequest(args, PER_PAGE))
    return toConnection(page, page.items.map(toPayout))
  }
}
