import type { CommitBasis, EntryPrice, OverageCharge, UsagePrice } from '#entities/entitlements/usage-price.js'

const NO_CHARGES: readonly OverageCharge[] = []

/** The price of work. Null without a rate card. */
export const workPriceOf = (price: EntryPrice | null): UsagePrice | null =>
  price !== null && price.version !== undefined ? price : null

/** The cost of units beyond an allowance. */
export const chargesOf = (price: EntryPrice | null): readonly OverageCharge[] => price?.charges ?? NO_CHARGES

/** Basis of a consumption that was not reported in time. */
export const basisOf = (price: EntryPrice | null): CommitBasis | null => price?.basis ?? null

/** The price of an entry: of work, of units beyond an allowance, or of both, and its basis. Empty if there is none of them. */
export function priceNote(
  price: UsagePrice | null,
  charges: readonly OverageCharge[],
  basis: CommitBasis | null = null,
): { readonly price?: EntryPrice } {
  if (charges.length === 0 && basis === null) return price === null ? NO_PRICE : { price }
  const note = { ...(charges.length > 0 ? { charges } : {}), ...(basis ? { basis } : {}) }
  return { price: price === null ? note : { ...price, ...note } }
}

const NO_PRICE = {}
