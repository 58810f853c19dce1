import type Stripe from 'stripe'
import { z } from 'zod'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { boolean, created, currency, mergeMetadata, paging, text } from '../api/fields.js'
import { listPage, wasCreated } from '../api/list.js'
import { route } from '../api/route.js'
import { invalid, missing } from '../api/stripe-error.js'
import { emitEvent } from '../events/emit-event.js'
import { buildProduct } from '../products/product.object.js'
import {
  interval,
  priceCreation,
  priceFields,
  requireMeter,
  tierOf,
  unitOf,
  type PriceCreation,
} from './price.input.js'
import { announcePrice } from './announce-price.js'
import { buildCurrencyOptions, buildPrice } from './price.object.js'

/** Prices: create (with lookup keys and currency options), retrieve, update, list. */
export const priceRoutes = [
  route('POST', '/v1/prices', priceCreation, (world, { input }) => {
    const product = productOf(world, input)
    const lookupKey = claimLookupKey(world, input.lookup_key, input.transfer_lookup_key ?? false, null)
    requireMeter(world, input)
    const price = buildPrice(world, {
      ...input,
      unit_amount: unitOf(input),
      product,
      lookup_key: lookupKey,
      metadata: mergeMetadata({}, input.metadata),
    })
    world.store.put('price', price)
    if (input.tiers !== undefined) world.store.put('price_tiers', { id: price.id, tiers: input.tiers.map(tierOf) })
    keepCurrencies(world, price, input.currency_options ?? {})
    announcePrice(world, price)
    return price
  }),
  route('GET', '/v1/prices/:price', z.strictObject({}), (world, { path }) => requirePrice(world, path['price'] ?? '')),
  route('POST', '/v1/prices/:price', z.strictObject(priceFields), (world, { path, input }) => {
    const before = requirePrice(world, path['price'] ?? '')
    const lookupKey = claimLookupKey(world, input.lookup_key, input.transfer_lookup_key ?? false, before.id)
    const { object, previous } = changeObject(world, 'price', before.id, {
      ...(input.active === undefined ? {} : { active: input.active }),
      ...(input.nickname === undefined ? {} : { nickname: input.nickname }),
      ...(input.tax_behavior === undefined ? {} : { tax_behavior: input.tax_behavior }),
      ...(input.lookup_key === undefined ? {} : { lookup_key: lookupKey }),
      metadata: mergeMetadata(before.metadata, input.metadata),
    })
    if (input.currency_options !== undefined) keepCurrencies(world, object, input.currency_options)
    if (Object.keys(previous).length > 0) emitEvent(world, 'price.updated', object, previous)
    return object
  }),
  route(
    'GET',
    '/v1/prices',
    z.strictObject({
      ...paging,
      created,
      active: boolean.optional(),
      currency: currency.optional(),
      lookup_keys: z.array(text).max(10).optional(),
      product: text.optional(),
      type: z.enum(['one_time', 'recurring']).optional(),
      recurring: z
        .strictObject({
          interval: interval.optional(),
          meter: text.optional(),
          usage_type: z.enum(['licensed', 'metered']).optional(),
        })
        .optional(),
    }),
    (world, { input, url }) => {
      const prices = world.store
        .newest('price')
        .filter(
          (one) =>
            (input.active === undefined || one.active === input.active) &&
            (input.currency === undefined || one.currency === input.currency) &&
            (input.lookup_keys === undefined || input.lookup_keys.includes(one.lookup_key ?? '')) &&
            (input.product === undefined || one.product === input.product) &&
            (input.type === undefined || one.type === input.type) &&
            isRecurring(one, input.recurring ?? {}) &&
            wasCreated(one, input.created),
        )
      return listPage(prices, url, input)
    },
  ),
]

function requirePrice(world: SandboxState, id: string): Stripe.Price {
  const price = world.store.get('price', id)
  if (price === undefined) throw missing('price', id)
  return price
}

function isRecurring(
  price: Stripe.Price,
  wanted: { interval?: string | undefined; meter?: string | undefined; usage_type?: string | undefined },
): boolean {
  return Object.entries(wanted).every(
    ([key, value]) => value === undefined || price.recurring?.[key as keyof Stripe.Price.Recurring] === value,
  )
}

function productOf(world: SandboxState, input: PriceCreation): string {
  if (input.product !== undefined && input.product_data !== undefined) {
    throw invalid('You may only specify one of these parameters: product, product_data.')
  }
  if (input.product !== undefined) {
    if (world.store.get('product', input.product) === undefined) throw missing('product', input.product, 'product', 400)
    return input.product
  }
  if (input.product_data === undefined)
    throw invalid('Missing required param: product.', 'product', 'parameter_missing')
  const product = buildProduct(world, {
    ...input.product_data,
    metadata: mergeMetadata({}, input.product_data.metadata),
  })
  world.store.put('product', product)
  emitEvent(world, 'product.created', product)
  return product.id
}

/** A lookup key belongs to one price and is transferred only on request. */
function claimLookupKey(
  world: SandboxState,
  key: string | null | undefined,
  transfer: boolean,
  claimant: string | null,
): string | null {
  if (key === undefined || key === null) return null
  const [owner] = world.store.by('price', 'lookup_key', key)
  if (owner === undefined || owner.id === claimant) return key
  if (!transfer) {
    throw invalid(
      `A price (\`${owner.id}\`) already uses that lookup key. ` +
        'Pass `transfer_lookup_key=true` to move the key to this price.',
      'lookup_key',
    )
  }
  const { object, previous } = changeObject(world, 'price', owner.id, { lookup_key: null })
  emitEvent(world, 'price.updated', object, previous)
  return key
}

function keepCurrencies(
  world: SandboxState,
  price: Stripe.Price,
  options: Record<string, { unit_amount: number }>,
): void {
  const { [price.currency]: _own, ...known } = world.store.get('price_currencies', price.id)?.options ?? {}
  const others = Object.fromEntries(
    Object.entries(known).map(([code, { unit_amount }]) => [code, { unit_amount: unit_amount ?? 0 }]),
  )
  world.store.put('price_currencies', { id: price.id, options: buildCurrencyOptions(price, { ...others, ...options }) })
}
