import { Stripe } from 'stripe'
import type { TestServer } from './test-server.js'

/** The Stripe SDK, as another system uses it on the account that is imported. */
export const oldStripe = (server: Pick<TestServer, 'sandbox'>): Stripe =>
  new Stripe('sk_test_sandbox_server', {
    host: '127.0.0.1',
    port: server.sandbox.port,
    protocol: 'http',
    telemetry: false,
  })

/** A subscription of the other system. */
export interface OldSubscriber {
  readonly name: string
  readonly price: string
  readonly metadata?: Record<string, string>
  readonly balance?: number
  readonly subscription?: Partial<Stripe.SubscriptionCreateParams>
}

/** Creates a customer with a card and a subscription, as the other system did. Returns their IDs. */
export async function subscribeBefore(
  stripe: Stripe,
  { name, price, metadata = {}, balance, subscription = {} }: OldSubscriber,
): Promise<{ customer: string; subscription: string }> {
  const { id: customer } = await stripe.customers.create({
    email: `${name}@example.com`,
    name,
    metadata,
  })
  const { id: card } = await stripe.paymentMethods.attach('pm_card_visa', { customer })
  const created = await stripe.subscriptions.create({
    customer,
    items: [{ price }],
    default_payment_method: card,
    ...subscription,
  })
  if (balance) await stripe.customers.createBalanceTransaction(customer, { amount: balance, currency: 'usd' })
  return { customer, subscription: created.id }
}
