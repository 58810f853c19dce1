import { requires } from '#schema/kernel/requires.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { type Denial } from '#schema/kernel/denial.type.js'
import { type GraphQLResolveInfo } from 'graphql'
import { Args, ArgsType, Ctx, Info, Resolver } from 'type-graphql'
import { type CheckoutRow } from '#entities/billing/checkout.entity.js'
import { CheckoutFilter, CheckoutPayload, type Checkout } from '#schema/billing/checkout.type.js'
import { field, mutation, query } from '#schema/kernel/decorators.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { CheckoutConnection, RefundCheckoutArgs, ReleaseCheckoutArgs } from '#schema/billing/checkout-review.type.js'
import { checkouts } from '#services/billing/checkout/checkouts.js'
import { type Denied } from '#services/kernel/result/denied.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { refundCheckout } from '#services/billing/checkout-review/refund-checkout.js'
import { releaseCheckout } from '#services/billing/checkout-review/release-checkout.js'
import { type RequestContext } from '#context/request-context.js'
import { toCheckout } from './checkout.mapper.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toSelectedConnection } from '../kernel/page.mapper.js'
const CHECKOUTS_PER_PAGE = 50

@ArgsType()
class CheckoutsArgs extends pageArgs(CHECKOUTS_PER_PAGE) {
  @field('Checkouts to return. Default: all.', () => CheckoutFilter, { nullable: true })
  filter?: CheckoutFilter | null
}

const toResult = async (context: RequestContext, outcome: CheckoutRow | Denied): Promise<Checkout | Denial> =>
  'kind' in outcome ? toDenial(context, outcome.denial) : toCheckout(context, outcome)

@Resolver()
export class CheckoutReviewResolver {
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

  @mutation(
    'Accepts the payment of a quarantined checkout and grants the product. An approved payment is collected.',
    () => CheckoutPayload,
  )
  @requires('OPS_WRITE')
  async releaseCheckout(
    @Ctx() context: RequestContext,
    @mutationArgs(() => ReleaseCheckoutArgs) input: ReleaseCheckoutArgs,
  ): Promise<Checkout | Denial> {
    return toResult(context, await releaseCheckout(context, input))
  }

  @mutation(
    'Refunds the payment of a quarantined checkout in full and ends its subscription at the provider.',
    () => CheckoutPayload,
  )
  @requires('OPS_WRITE')
  async refundCheckout(
    @Ctx() context: RequestContext,
    @mutationArgs(() => RefundCheckoutArgs) input: RefundCheckoutArgs,
  ): Promise<Checkout | Denial> {
    return toResult(context, await refundCheckout(context, input))
  }
}
