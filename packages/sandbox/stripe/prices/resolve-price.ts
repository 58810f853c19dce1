import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { invalid, missing } from '../api/stripe-error.js'
import { hasCurrency } from './price-amount.js'
import { priceFromData, type PriceData } from './price-data.js'

/** The price that a parameter names or describes in place. */
export function resolvePrice(
  world: SandboxState,
  given: { price?: string | undefined; price_data?: PriceData | undefined },
  param: string,
): Stripe.Price {
  if (given.price !== undefined && given.price_data !== undefined)
    throw invalid('You may only specify one of these parameters: price, price_data.', `${param}[price]`)
  if (given.price_data !== undefined) return priceFromData(world, given.price_data, `${param}[price_data]`)
  if (given.price === undefined)
    throw invalid(`Missing required param: ${param}[price].`, `${param}[price]`, 'parameter_missing')
  const price = world.store.get('price', given.price)
  if (price === undefined) throw missing('price', given.price, `${param}[price]`, 400)
  if (!price.active)
    throw invalid('The price specified is inactive. This field only accepts active prices.', `${param}[price]`)
  return price
}

/** Returns a recurring price that can be charged in a currency, or throws Stripe's error. */
export function requireRecurring(world: SandboxState, price: Stripe.Price, currency: string, param: string): void {
  if (price.recurring === null) {
    throw invalid(
      `The price specified is set to \`type=one_time\` but this field only accepts prices with \`type=recurring\`.`,
      `${param}[price]`,
    )
  }
  requireCurrency(world, price, currency, param)
}

/** Returns a price that can be charged in a currency, or throws Stripe's error. */
export function requireCurrency(world: SandboxState, price: Stripe.Price, currency: string, param: string): void {
  if (hasCurrency(world, price, currency)) return
  throw invalid(`The price \`${price.id}\` is not available in the currency \`${currency}\`.`, `${param}[price]`)
}
