import type { EarningsEntryKind, EarningsEntryRow } from '../../../entities/marketplace/earnings-entry.entity.js'
import type { PurchaseRow } from '../../../entities/billing/purchase.entity.js'

/** Basis points in the whole. */
const WHOLE = 10_000n

/** What is to be written for a purchase. */
export interface NewEntry {
  readonly kind: Extract<EarningsEntryKind, 'SALE' | 'CLAWBACK' | 'RESTORE'>
  readonly grossMinor: number
  readonly amountMinor: number
}

/** Pure: the share of a part of a payment; its tax is spread evenly over it and is nobody's share. Rounded down once. */
const shareOfPart = (
  partMinor: number,
  { amountMinor, taxMinor }: Pick<PurchaseRow, 'amountMinor' | 'taxMinor'>,
  basisPoints: number,
): number =>
  Number((BigInt(partMinor) * BigInt(amountMinor - taxMinor) * BigInt(basisPoints)) / (BigInt(amountMinor) * WHOLE))

/**
 * Pure: the entries that make the vendor's books follow a purchase as it is now. The whole sale is entered first; what was given back, or
 * is held by a bank, is taken back in proportion. The share is of what the thing was sold for: tax is the state's. However often and in whatever order this is asked, the sum is the same.
 */
export function decideShare(
  purchase: Pick<PurchaseRow, 'status' | 'amountMinor' | 'taxMinor' | 'takenBackMinor'>,
  known: readonly Pick<EarningsEntryRow, 'kind' | 'amountMinor'>[],
  basisPoints: number,
): NewEntry[] {
  if (purchase.status === 'PENDING' || purchase.amountMinor === 0) return []
  const entries: NewEntry[] = []
  const whole = shareOfPart(purchase.amountMinor, purchase, basisPoints)
  if (!known.some(({ kind }) => kind === 'SALE'))
    entries.push({ kind: 'SALE', grossMinor: purchase.amountMinor - purchase.taxMinor, amountMinor: whole })
  const now = [...known, ...entries].reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  const kept = purchase.status === 'DISPUTED' ? 0 : purchase.amountMinor - purchase.takenBackMinor
  const difference = shareOfPart(kept, purchase, basisPoints) - now
  if (difference !== 0)
    entries.push({ kind: difference < 0 ? 'CLAWBACK' : 'RESTORE', grossMinor: 0, amountMinor: difference })
  return entries
}
