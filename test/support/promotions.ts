import { stripeCall, type Subscriber } from './subscribers.js'
import type { TestServer } from './test-server.js'

/** Creates a coupon at Stripe with a promotion code. Returns the ID of the coupon. */
export async function createPromotion(
  server: TestServer,
  code: string,
  coupon: Record<string, string>,
  restrictions: Record<string, string> = {},
): Promise<string> {
  const { id } = await stripeCall<{ id: string }>(server, 'POST', 'coupons', coupon)
  const promotion = { code, 'promotion[type]': 'coupon', 'promotion[coupon]': id }
  await stripeCall(server, 'POST', 'promotion_codes', { ...promotion, ...restrictions })
  return id
}

export interface DiscountView {
  readonly code: string | null
  readonly name: string | null
  readonly percentOff: number | null
  readonly amountOff: { readonly decimal: string; readonly currency: string } | null
  readonly duration: string
  readonly endsAt: string | null
}

/** Discounts of the subscription, as its owner sees them. */
export async function discountsOf(server: TestServer, { token }: Pick<Subscriber, 'token'>): Promise<DiscountView[]> {
  const { data } = await server.graphql<{ account: { billing: { subscription: { discounts: DiscountView[] } } } }>(
    `{ account { billing { subscription { discounts { code name percentOff amountOff { decimal currency } duration endsAt } } } } }`,
    {},
    token,
  )
  return data.account.billing.subscription.discounts
}
