import { RefundCheckoutArgs, ReleaseCheckoutArgs } from '#schema/billing/checkout-review.type.js'
import { CheckoutPayload, Checkout, CheckoutBy } from '#schema/billing/checkout.type.js'
import { keyedInput, mutationArgs } from '#schema/kernel/mutation-arguments.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { Ctx, Resolver, Root } from 'type-graphql'
import { BillingSubscription } from '#schema/billing/billing-subscription.type.js'
import { Purchase } from '#schema/billing/purchase.type.js'
import { StartSubscriptionInput } from '#schema/billing/start-subscription.type.js'
import { Account } from '#schema/identity/account.type.js'
import { arg, fieldResolver, query } from '#schema/kernel/decorators.js'
import { Product } from '#schema/catalog/product.type.js'
import { visibleCheckout } from '#services/billing/checkout/checkouts.js'
import { confirmCheckout } from '#services/billing/checkout/confirm-checkout.js'
import { startSubscription } from '#services/billing/checkout/start-subscription.js'
import { visibleBillingObject } from '#services/billing/queries/visible-billing.js'
import { refundCheckout } from '#services/billing/checkout-review/refund-checkout.js'
import { releaseCheckout } from '#services/billing/checkout-review/release-checkout.js'
import { toProduct } from '../catalog/plan.mapper.js'
import { toAccount } from '../identity/account.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { toCheckout } from './checkout.mapper.js'
import { toPurchase } from './purchase.mapper.js'
import { toSubscription } from './subscription.mapper.js'
import { mutation, unlessDenied } from '../kernel/mutation.js'
import { auditedCheckout } from '#services/billing/audit/billing-audited.js'

@Resolver(() => Checkout)
export class CheckoutResolver {
  @query(
    'Checkout by ID or provider session ID. Null if it does not exist or is not visible to the caller.',
    () => Checkout,
    { nullable: true },
  )
  async checkout(
    @Ctx() context: RequestContext,
    @arg('by', 'ID of the checkout here or at the provider.', () => CheckoutBy) by: CheckoutBy,
  ): Promise<Checkout | null> {
    const checkout = await visibleCheckout(context, by)
    return checkout && toCheckout(context, checkout)
  }

  @mutation(
    'Starts a checkout for a plan and returns its payment page. An account has at most one open checkout per plan group.',
    { payload: () => CheckoutPayload, permission: 'BILLING_MANAGE', moves: 'money' },
  )
  startSubscription(
    @Ctx() context: RequestContext,
    @keyedInput('Plan, payer and payment options.', () => StartSubscriptionInput) input: StartSubscriptionInput,
  ) {
    return unlessDenied(startSubscription(context, input), (outcome) => toCheckout(context, outcome.checkout))
  }

  @mutation('Syncs a checkout from the provider now, for buyers who return before the webhook arrives.', {
    payload: () => CheckoutPayload,
    moves: 'money',
    repeats: 'Reads the checkout at the provider; a payment takes effect once.',
  })
  async confirmCheckout(
    @Ctx() context: RequestContext,
    @arg('by', 'ID of the checkout here or at the provider.', () => CheckoutBy) by: CheckoutBy,
  ): Promise<Checkout | Denial> {
    return toCheckout(context, await confirmCheckout(context, by))
  }

  @fieldResolver('Account that pays. Null after its deletion.', () => Account, { nullable: true })
  async account(@Ctx() context: RequestContext, @Root() { accountId }: Checkout): Promise<Account | null> {
    const row = await context.loaders.account.load(accountId)
    return row && toAccount(row)
  }

  @fieldResolver('Product to purchase.', () => Product)
  product(@Ctx() context: RequestContext, @Root() checkout: Checkout): Product {
    const catalog = context.catalog.current()
    return toProduct(catalog, catalog.productById.get(checkout.productId)!)
  }

  @fieldResolver(
    'Purchase that the checkout led to. Null before it is paid, and if nothing was due, as in a trial.',
    () => Purchase,
    {
      nullable: true,
    },
  )
  async purchase(@Ctx() context: RequestContext, @Root() checkout: Checkout): Promise<Purchase | null> {
    const row = await context.loaders.purchaseOfCheckout.load(checkout.id)
    const visible = await visibleBillingObject(context, row)
    return visible && toPurchase(visible)
  }

  @fieldResolver(
    'Subscription to a plan that the checkout started. Null before, and for other products.',
    () => BillingSubscription,
    {
      nullable: true,
    },
  )
  async startedSubscription(
    @Ctx() context: RequestContext,
    @Root() checkout: Checkout,
  ): Promise<BillingSubscription | null> {
    const row = await context.loaders.subscriptionOfCheckout.load(checkout.id)
    const visible = await visibleBillingObject(context, row)
    return visible && toSubscription(context, visible)
  }

  @mutation('Accepts the payment of a quarantined checkout and grants the product. An approved payment is collected.', {
    payload: () => CheckoutPayload,
    permission: 'OPS_WRITE',
    moves: 'money',
    audited: auditedCheckout,
  })
  releaseCheckout(@Ctx() context: RequestContext, @mutationArgs(() => ReleaseCheckoutArgs) input: ReleaseCheckoutArgs) {
    return unlessDenied(releaseCheckout(context, input), (outcome) => toCheckout(context, outcome))
  }

  @mutation('Refunds the payment of a quarantined checkout in full and ends its subscription at the provider.', {
    payload: () => CheckoutPayload,
    permission: 'OPS_WRITE',
    moves: 'money',
    audited: auditedCheckout,
  })
  refundCheckout(@Ctx() context: RequestContext, @mutationArgs(() => RefundCheckoutArgs) input: RefundCheckoutArgs) {
    return unlessDenied(refundCheckout(context, input), (outcome) => toCheckout(context, outcome))
  }
}
