import { z } from 'zod'
import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import {
  min,
  amount,
  clearable,
  currency,
  decimalAmount,
  mergeMetadata,
  metadata,
  text,
  unsupported,
} from '../api/fields.js'
import { invalid, missing } from '../api/stripe-error.js'
import { emitEvent } from '../events/emit-event.js'
import { buildProduct } from '../products/product.object.js'
import { everyThreeYears, interval } from './price.input.js'
import { announcePrice } from './announce-price.js'
import { buildCurrencyOptions, buildPrice } from './price.object.js'

const recurring = z
  .strictObject({ interval, interval_count: min(1).default(1) })
  .refine(everyThreeYears.holds, everyThreeYears.error)

/** A price given in place (`price_data`) instead of by its id. */
export const priceData = z.strictObject({
  currency,
  product: text.optional(),
  product_data: z
    .strictObject({
      name: text.min(1),
      description: text.optional(),
      images: z.array(text).max(8).optional(),
      metadata: metadata.optional(),
      unit_label: clearable.optional(),
      tax_code: unsupported,
      tax_details: unsupported,
    })
    .optional(),
  recurring: recurring.optional(),
  tax_behavior: z.enum(['exclusive', 'inclusive', 'unspecified']).optional(),
  unit_amount: amount.optional(),
  unit_amount_decimal: decimalAmount.optional(),
})

/** A price that was given in place. */
export type PriceData = z.output<typeof priceData>

/**
 * Creates the price (and product) of inline price data. As in Stripe it is not active, so that it cannot be used again.
 */
export function priceFromData(world: SandboxState, data: PriceData, param: string): Stripe.Price {
  const unit = data.unit_amount ?? data.unit_amount_decimal
  if (unit === undefined) {
    throw invalid(`Missing required param: ${param}[unit_amount].`, `${param}[unit_amount]`, 'parameter_missing')
  }
  const price = buildPrice(world, {
    product: productOf(world, data, param),
    currency: data.currency,
    unit_amount: unit,
    active: false,
    tax_behavior: data.tax_behavior,
    recurring: data.recurring,
  })
  world.store.put('price', price)
  world.store.put('price_currencies', { id: price.id, options: buildCurrencyOptions(price, {}) })
  announcePrice(world, price)
  return price
}

function productOf(world: SandboxState, data: PriceData, param: string): string {
  if (data.product !== undefined) {
    if (world.store.get('product', data.product) === undefined)
      throw missing('product', data.product, `${param}[product]`, 400)
    return data.product
  }
  if (data.product_data === undefined)
    throw invalid(`Missing required param: ${param}[product].`, `${param}[product]`, 'parameter_missing')
  const product = buildProduct(world, {
    ...data.product_data,
    active: false,
    metadata: mergeMetadata({}, data.product_data.metadata),
  })
  world.store.put('product', product)
  emitEvent(world, 'product.created', product)
  return product.id
}
