import type {
  CommitBasis,
  EntryPrice,
  OverageCharge,
  UsagePrice,
  UseDetails,
} from '#entities/entitlements/usage-price.js'

const NO_CHARGES: readonly OverageCharge[] = []

/** The price of work. Null without a rate card. */
export const workPriceOf = (price: EntryPrice | null): UsagePrice | null =>
  price !== null && price.version !== undefined ? price : null

/** The cost of units beyond an allowance. */
export const chargesOf = (price: EntryPrice | null): readonly OverageCharge[] => price?.charges ?? NO_CHARGES

/** Basis of a consumption that was not reported in time. */
export const basisOf = (price: EntryPrice | null): CommitBasis | null => price?.basis ?? null

/** Details that the caller stated of a consumption, beside its texts. */
export const detailsOf = (price: EntryPrice | null): UseDetails =>
  price?.properties || price?.providerCost ? detailsWith(price.properties, price.providerCost) : NO_DETAILS

export const NO_DETAILS: UseDetails = {}

/** Details of a use, of which each can be absent. */
export const detailsWith = (
  properties: UseDetails['properties'] | null,
  providerCost: string | null | undefined,
): UseDetails =>
  properties || providerCost
    ? { ...(properties ? { properties } : {}), ...(providerCost ? { providerCost } : {}) }
    : NO_DETAILS

/** The price of an entry: of work, of units beyond an allowance, or of both, its basis and details. Empty if there is none of them. */
export function priceNote(
  price: UsagePrice | null,
  charges: readonly OverageCharge[],
  basis: CommitBasis | null,
  details: UseDetails,
): { readonly price?: EntryPrice } {
  if (charges.length === 0 && basis === null && details === NO_DETAILS) return price === null ? NO_PRICE : { price }
  const note = { ...(charges.length > 0 ? { charges } : {}), ...(basis ? { basis } : {}), ...details }
  return { price: price === null ? note : { ...price, ...note } }
}

const NO_PRICE = {}
