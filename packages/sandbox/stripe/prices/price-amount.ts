import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { roundToCharge } from '../minimum-charge.js'

/** Amount for a quantity of a price, in minor units of a currency that the price has. */
export function priceAmount(world: SandboxState, price: Stripe.Price, currency: string, quantity: number): number {
  if (price.billing_scheme === 'tiered') {
    const { tiers = [] } = world.store.get('price_tiers', price.id) ?? {}
    return roundToCharge(tieredAmount(tiers, price.tiers_mode, quantity), currency)
  }
  return roundToCharge(unitAmount(world, price, currency) * packages(price, quantity), currency)
}

/** The unit amount of a price in a currency: its own, or one of its options. It may have decimals. */
export function unitAmount(world: SandboxState, price: Stripe.Price, currency: string): number {
  if (price.currency === currency) return numberOf(price)
  const option = world.store.get('price_currencies', price.id)?.options[currency]
  return option === undefined ? numberOf(price) : numberOf(option)
}

/** True if a price can be charged in a currency. */
export function hasCurrency(world: SandboxState, price: Stripe.Price, currency: string): boolean {
  return price.currency === currency || world.store.get('price_currencies', price.id)?.options[currency] !== undefined
}

/** Name of the product of a price. */
export function productName(world: SandboxState, price: Stripe.Price): string {
  return world.store.get('product', price.product as string)?.name ?? 'Product'
}

/** A quantity of a price: `2 × Plus`, or `2 seat × Plus` if the product names its units. */
export function unitsOf(world: SandboxState, price: Stripe.Price, quantity: number): string {
  const label = world.store.get('product', price.product as string)?.unit_label
  return `${quantity} ${label == null ? '' : `${label} `}× ${productName(world, price)}`
}

/**
 * Graduated: each unit has the price of its tier. Volume: all units have the price of the tier of the whole quantity.
 */
export function tieredAmount(tiers: readonly Stripe.Price.Tier[], mode: string | null, quantity: number): number {
  if (mode === 'volume') {
    const tier = tiers.find((one) => one.up_to === null || quantity <= one.up_to) ?? tiers.at(-1)
    return tier === undefined ? 0 : quantity * tierUnit(tier) + (tier.flat_amount ?? 0)
  }
  let total = 0
  let below = 0
  for (const tier of tiers) {
    const within = Math.min(quantity, tier.up_to ?? Infinity) - below
    if (within <= 0) break
    total += within * tierUnit(tier) + (tier.flat_amount ?? 0)
    below = tier.up_to ?? Infinity
  }
  return total
}

function packages(price: Stripe.Price, quantity: number): number {
  const pack = price.transform_quantity
  if (pack === null) return quantity
  return pack.round === 'up' ? Math.ceil(quantity / pack.divide_by) : Math.floor(quantity / pack.divide_by)
}

function tierUnit(tier: Stripe.Price.Tier): number {
  return Number(tier.unit_amount_decimal ?? tier.unit_amount ?? 0)
}

function numberOf(priced: Pick<Stripe.Price, 'unit_amount' | 'unit_amount_decimal'>): number {
  return priced.unit_amount ?? Number(priced.unit_amount_decimal ?? 0)
}
