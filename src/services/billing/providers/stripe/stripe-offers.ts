import type { Stripe } from 'stripe'
import type { BillingInterval, RecurringInterval } from '#entities/kernel/billing-interval.js'
import { intervalWord, toInterval, type Interval } from '#services/catalog/products/interval.js'
import type { OfferPort, ProviderPrice, ProviderProduct } from '../offer-port.js'
import type { CallStripe } from './stripe-errors.js'
import { allOf, pages } from './stripe-pages.js'
import { fromStripe, taxBehavior, toStripe } from './stripe-amounts.js'

const PAGE = 100

/** Stripe's products, prices and meters in our words. */
export function stripeOffers(client: Stripe, call: CallStripe): OfferPort {
  return {
    async listOffers({ meters: withMeters } = { meters: true }) {
      // Includes archived products: a returning product is restored instead of created twice.
      const products = pages(call, 'products.list', (after) => client.products.list({ limit: PAGE, ...after }))
      const prices = pages(call, 'prices.list', (after) => client.prices.list({ limit: PAGE, ...after }))
      const meters = pages(call, 'billing.meters.list', (after) =>
        client.billing.meters.list({ limit: PAGE, ...after }),
      )
      return {
        products: (await allOf(products)).map(readProduct),
        prices: (await allOf(prices)).map(readPrice),
        meters: (withMeters ? await allOf(meters) : []).map(({ id, event_name: eventName, status }) => ({
          externalId: id,
          eventName,
          active: status === 'active',
        })),
      }
    },
    async createProduct({ key, name }) {
      const parameters = { name, metadata: { catalog_key: key } }
      const options = { idempotencyKey: `product:${key}:${name}` }
      return (await call('products.create', () => client.products.create(parameters, options))).id
    },
    async changeProduct(externalId, change) {
      await call('products.update', () => client.products.update(externalId, change))
    },
    async createPrice(price) {
      const options = { idempotencyKey: `price:${price.lookupKey}:${price.externalProductId}` }
      const parameters: Stripe.PriceCreateParams = {
        product: price.externalProductId,
        currency: price.currency.toLowerCase(),
        unit_amount: toStripe(price),
        lookup_key: price.lookupKey,
        // A price that was changed manually can still have the lookup key.
        transfer_lookup_key: true,
        ...taxBehavior(price.taxes),
        ...(price.interval === 'ONE_TIME' ? {} : { recurring: toRecurring(price.interval) }),
      }
      return (await call('prices.create', () => client.prices.create(parameters, options))).id
    },
    async setPriceActive(externalId, active) {
      await call('prices.update', () => client.prices.update(externalId, { active }))
    },
    async setPriceTaxes(externalId, taxes) {
      await call('prices.update', () => client.prices.update(externalId, taxBehavior(taxes)))
    },
    async createMeter({ eventName, name }) {
      const parameters: Stripe.Billing.MeterCreateParams = {
        event_name: eventName,
        display_name: name,
        default_aggregation: { formula: 'sum' },
      }
      const options = { idempotencyKey: `meter:${eventName}` }
      return (await call('billing.meters.create', () => client.billing.meters.create(parameters, options))).id
    },
  }
}

function toRecurring(word: RecurringInterval): Stripe.PriceCreateParams.Recurring {
  const { unit, count } = toInterval(word)
  return { interval: unit.toLowerCase(), interval_count: count }
}

const readProduct = ({ id, metadata, name, active }: Stripe.Product): ProviderProduct => ({
  externalId: id,
  key: metadata['catalog_key'] ?? null,
  name,
  active,
})

const readPrice = (price: Stripe.Price): ProviderPrice => ({
  externalId: price.id,
  externalProductId: typeof price.product === 'string' ? price.product : price.product.id,
  lookupKey: price.lookup_key,
  ...fromStripe(price.unit_amount ?? 0, price.currency),
  interval: intervalOf(price.recurring),
  active: price.active,
  taxes: price.tax_behavior === 'inclusive' ? 'INCLUSIVE' : price.tax_behavior === 'exclusive' ? 'EXCLUSIVE' : null,
})

/** The interval of a price at Stripe. */
export function intervalOf(recurring: Stripe.Price.Recurring): RecurringInterval
export function intervalOf(recurring: Stripe.Price.Recurring | null): BillingInterval
export function intervalOf(recurring: Stripe.Price.Recurring | null): BillingInterval {
  if (!recurring) return 'ONE_TIME'
  const unit = recurring.interval.toUpperCase() as Interval['unit']
  return intervalWord({ unit, count: recurring.interval_count })
}
