import type Stripe from 'stripe'
import { z } from 'zod'
import type { World } from '../../world.js'
import { changeObject } from '../api/change-object.js'
import {
  amount,
  boolean,
  clearable,
  created,
  currency,
  decimalAmount,
  integer,
  mergeMetadata,
  metadata,
  paging,
  text,
  unsupported,
} from '../api/fields.js'
import { listPage, wasCreated } from '../api/list.js'
import { route } from '../api/route.js'
import { invalid, missing } from '../api/stripe-error.js'
import { emitEvent } from '../events/emit-event.js'
import { buildProduct } from '../products/product.object.js'
import { buildCurrencyOptions, buildPrice, buildTier } from './price.object.js'

const interval = z.enum(['day', 'month', 'week', 'year'])
const taxBehavior = z.enum(['exclusive', 'inclusive', 'unspecified'])
const currencyOption = z.strictObject({
  unit_amount: amount,
  custom_unit_amount: unsupported,
  tax_behavior: unsupported,
  tiers: unsupported,
  unit_amount_decimal: unsupported,
})

const tier = z.strictObject({
  up_to: z.union([z.literal('inf').transform(() => null), integer]),
  unit_amount: amount.optional(),
  unit_amount_decimal: decimalAmount.optional(),
  flat_amount: amount.optional(),
  flat_amount_decimal: decimalAmount.optional(),
})

const fields = {
  active: boolean.optional(),
  currency_options: z.record(z.string().regex(/^[a-z]{3}$/, 'must be a currency code'), currencyOption).optional(),
  lookup_key: clearable.pipe(z.string().max(200).nullable()).optional(),
  metadata: metadata.optional(),
  nickname: clearable.optional(),
  tax_behavior: taxBehavior.optional(),
  transfer_lookup_key: boolean.optional(),
}

const creation = z.strictObject({
  ...fields,
  currency,
  unit_amount: amount.optional(),
  unit_amount_decimal: decimalAmount.optional(),
  product: text.optional(),
  product_data: z
    .strictObject({
      name: text.min(1),
      id: text.optional(),
      active: boolean.optional(),
      metadata: metadata.optional(),
      statement_descriptor: clearable.optional(),
      unit_label: clearable.optional(),
      tax_code: unsupported,
      tax_details: unsupported,
    })
    .optional(),
  recurring: z
    .strictObject({
      interval,
      interval_count: integer.refine((value) => value >= 1 && value <= 1095, 'must be between 1 and 1095').default(1),
      usage_type: z.enum(['licensed', 'metered']).optional(),
      meter: text.optional(),
      trial_period_days: integer.optional(),
    })
    .optional(),
  billing_scheme: z.enum(['per_unit', 'tiered']).default('per_unit'),
  custom_unit_amount: unsupported,
  tiers: z.array(tier).min(1).max(100).optional(),
  tiers_mode: z.enum(['graduated', 'volume']).optional(),
  transform_quantity: z
    .strictObject({
      divide_by: integer.refine((value) => value >= 1, 'must be at least 1'),
      round: z.enum(['down', 'up']),
    })
    .optional(),
})

/** Prices: create (with lookup keys and currency options), retrieve, update, list. */
export const priceRoutes = [
  route('POST', '/v1/prices', creation, (world, { input }) => {
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
    emitEvent(world, 'price.created', price)
    return price
  }),
  route('GET', '/v1/prices/:price', z.strictObject({}), (world, { path }) => needPrice(world, path['price'] ?? '')),
  route('POST', '/v1/prices/:price', z.strictObject(fields), (world, { path, input }) => {
    const before = needPrice(world, path['price'] ?? '')
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

function needPrice(world: World, id: string): Stripe.Price {
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

/** The unit amount, or null for a tiered price; one of both must be said, and not the other. */
function unitOf(input: z.output<typeof creation>): number | null {
  const given = input.unit_amount ?? input.unit_amount_decimal
  if (input.billing_scheme === 'tiered') {
    if (input.tiers === undefined) throw invalid('Missing required param: tiers.', 'tiers', 'parameter_missing')
    if (input.tiers_mode === undefined)
      throw invalid('Missing required param: tiers_mode.', 'tiers_mode', 'parameter_missing')
    if (given !== undefined) throw invalid('A tiered price has no unit_amount.', 'unit_amount')
    if (input.tiers.at(-1)?.up_to !== null) throw invalid('The last tier must be up to `inf`.', 'tiers')
    return null
  }
  if (input.tiers !== undefined) throw invalid('`tiers` needs `billing_scheme=tiered`.', 'tiers')
  if (given === undefined) throw invalid('Missing required param: unit_amount.', 'unit_amount', 'parameter_missing')
  return given
}

function tierOf(input: z.output<typeof tier>): Stripe.Price.Tier {
  return buildTier(
    input.up_to,
    input.unit_amount ?? input.unit_amount_decimal ?? null,
    input.flat_amount ?? input.flat_amount_decimal ?? null,
  )
}

/** Usage is counted by meters, and only usage is. */
function requireMeter(world: World, { recurring }: z.output<typeof creation>): void {
  if (recurring === undefined) return
  if (recurring.usage_type === 'metered' && recurring.meter === undefined) {
    throw invalid('Metered prices need a meter: `recurring[meter]`.', 'recurring[meter]', 'parameter_missing')
  }
  if (recurring.meter === undefined) return
  if (recurring.usage_type !== 'metered') {
    throw invalid('`recurring[meter]` needs `recurring[usage_type]=metered`.', 'recurring[meter]')
  }
  if (world.store.get('billing.meter', recurring.meter) === undefined)
    throw missing('billing meter', recurring.meter, 'recurring[meter]', 400)
}

function productOf(world: World, input: z.output<typeof creation>): string {
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

/** A lookup key belongs to one price; it moves to another only when asked to. */
function claimLookupKey(
  world: World,
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

function keepCurrencies(world: World, price: Stripe.Price, options: Record<string, { unit_amount: number }>): void {
  const { [price.currency]: _own, ...known } = world.store.get('price_currencies', price.id)?.options ?? {}
  const others = Object.fromEntries(
    Object.entries(known).map(([code, { unit_amount }]) => [code, { unit_amount: unit_amount ?? 0 }]),
  )
  world.store.put('price_currencies', { id: price.id, options: buildCurrencyOptions(price, { ...others, ...options }) })
}
