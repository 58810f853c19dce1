import { requires } from '#schema/kernel/requires.js'
import { type GraphQLResolveInfo } from 'graphql'
import { Args, ArgsType, Ctx, Info, Resolver } from 'type-graphql'
import { CheckoutFilter } from '#schema/billing/checkout.type.js'
import { field, query } from '#schema/kernel/decorators.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { CheckoutConnection } from '#schema/billing/checkout-review.type.js'
import { checkouts } from '#services/billing/checkout/checkouts.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { type RequestContext } from '#context/request-context.js'
import { toCheckout } from './checkout.mapper.js'
import { toSelectedConnection } from '../kernel/page.mapper.js'

const CHECKOUTS_PER_PAGE = 50

@ArgsType()
class CheckoutsArgs extends pageArgs(CHECKOUTS_PER_PAGE) {
  @field('Checkouts to return. Default: all.', () => CheckoutFilter, { nullable: true })
  filter?: CheckoutFilter | null
}

@Resolver()
export class CheckoutsResolver {
  @query('Checkouts of the installation, newest first.', () => CheckoutConnection, {
    nullable: true,
  })
  @requires('OPS_READ')
  async checkouts(
    @Ctx() context: RequestContext,
    @Args(() => CheckoutsArgs) args: CheckoutsArgs & PageArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CheckoutConnection> {
    const page = await checkouts(context, args.filter ?? {}, pageRequest(args, CHECKOUTS_PER_PAGE))
    return toSelectedConnection(
      info,
      page,
      page.items.map((row) => toCheckout(context, row)),
    )
  }
}
