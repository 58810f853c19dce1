import type { Stripe } from 'stripe'
import type { AdoptableCustomer, AdoptablePrice, AdoptableSubscription, AdoptionPort } from '../adoption-port.js'
import { idOf } from './read-objects.js'
import { readSubscription, SUBSCRIPTION_EXPAND } from './read-subscription.js'
import { fromStripe } from './stripe-amounts.js'
import { intervalOf } from './stripe-offers.js'
import type { CallStripe } from './stripe-errors.js'

const PAGE = 100
const EXPAND = ['customer', ...SUBSCRIPTION_EXPAND].map((field) => `data.${field}`)
const ENDED: readonly string[] = ['canceled', 'incomplete_expired']

/** Subscriptions of the whole Stripe account, a page at a time. */
export function stripeAdoption(client: Stripe, call: CallStripe): AdoptionPort {
  return {
    async *listAdoptable() {
      let after: { starting_after?: string } = {}
      for (;;) {
        const page = await call('subscriptions.list', () =>
          client.subscriptions.list({ limit: PAGE, expand: EXPAND, ...after }),
        )
        yield page.data.filter(({ status }) => !ENDED.includes(status)).map(readAdoptable)
        const last = page.data.at(-1)
        if (!page.has_more || !last) return
        after = { starting_after: last.id }
      }
    },
  }
}

const readAdoptable = (subscription: Stripe.Subscription): AdoptableSubscription => ({
  fetched: readSubscription(subscription),
  customer: readCustomer(subscription.customer),
  prices: subscription.items.data.map(({ price }) => readPrice(price)),
})

function readCustomer(customer: Stripe.Subscription['customer']): AdoptableCustomer {
  if (typeof customer === 'string' || customer.deleted)
    return { customerId: idOf(customer)!, email: null, name: null, metadata: {}, credit: null, deleted: true }
  return {
    customerId: customer.id,
    email: customer.email,
    name: customer.name ?? null,
    metadata: customer.metadata,
    // Subtracts from zero, because negation would return -0.
    credit: customer.currency ? fromStripe(0 - customer.balance, customer.currency) : null,
    deleted: false,
  }
}

function readPrice(price: Stripe.Price): AdoptablePrice {
  const { recurring } = price
  return {
    externalId: price.id,
    externalProductId: idOf(price.product)!,
    lookupKey: price.lookup_key,
    money:
      price.billing_scheme === 'per_unit' && price.unit_amount !== null
        ? fromStripe(price.unit_amount, price.currency)
        : null,
    interval: recurring && intervalOf(recurring),
    metered: recurring?.usage_type === 'metered',
  }
}
