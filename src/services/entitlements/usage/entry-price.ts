import type { EntryPrice, OverageCharge, UsagePrice } from '#entities/entitlements/usage-price.js'

const NO_CHARGES: readonly OverageCharge[] = []

/** The price of work. Null without a rate card. */
export const workPriceOf = (price: EntryPrice | null): UsagePrice | null =>
  price !== null && price.version !== undefined ? price : null

/** The cost of units beyond an allowance. */
export const chargesOf = (price: EntryPrice | null): readonly OverageCharge[] => price?.charges ?? NO_CHARGES

/** The price of an entry: of work, of units beyond an allowance, or of both. Empty if there is neither. */
export function priceNote(
  price: UsagePrice | null,
  charges: readonly OverageCharge[],
): { readonly price?: EntryPrice } {
  if (charges.length === 0) return price === null ? NO_PRICE : { price }
  return { price: price === null ? { charges } : { ...price, charges } }
}

const NO_PRICE = {}
