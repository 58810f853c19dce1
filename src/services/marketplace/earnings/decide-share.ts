import type { EarningsEntryKind, EarningsEntryRow } from '#entities/marketplace/earnings-entry.entity.js'
import type { PurchaseRow } from '#entities/billing/purchase.entity.js'

/** Basis points in the whole. */
const WHOLE = 10_000n

/** Earnings entry to write. */
export interface NewEntry {
  readonly kind: Extract<EarningsEntryKind, 'SALE' | 'CLAWBACK' | 'CLAWBACK_REVERSED'>
  readonly grossMinor: number
  readonly amountMinor: number
}

/** Pure: vendor share of a part of a payment. Tax is spread evenly and excluded. Rounded down once. */
const shareOfPart = (
  partMinor: number,
  { amountMinor, taxMinor }: Pick<PurchaseRow, 'amountMinor' | 'taxMinor'>,
  basisPoints: number,
): number =>
  Number((BigInt(partMinor) * BigInt(amountMinor - taxMinor) * BigInt(basisPoints)) / (BigInt(amountMinor) * WHOLE))

/**
 * Pure: earnings entries that match a purchase's current state. The full sale is entered first; refunded or disputed
 * parts are clawed back in proportion. The share is computed without tax. The sum is the same for any number and order
 * of calls.
 */
export function decideShare(
  purchase: Pick<PurchaseRow, 'status' | 'amountMinor' | 'taxMinor' | 'reversedMinor'>,
  known: readonly Pick<EarningsEntryRow, 'kind' | 'amountMinor'>[],
  basisPoints: number,
): NewEntry[] {
  if (purchase.status === 'PENDING' || purchase.amountMinor === 0) return []
  const entries: NewEntry[] = []
  const whole = shareOfPart(purchase.amountMinor, purchase, basisPoints)
  if (!known.some(({ kind }) => kind === 'SALE'))
    entries.push({ kind: 'SALE', grossMinor: purchase.amountMinor - purchase.taxMinor, amountMinor: whole })
  const now = [...known, ...entries].reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  const kept = purchase.status === 'DISPUTED' ? 0 : purchase.amountMinor - purchase.reversedMinor
  const difference = shareOfPart(kept, purchase, basisPoints) - now
  if (difference !== 0)
    entries.push({ kind: difference < 0 ? 'CLAWBACK' : 'CLAWBACK_REVERSED', grossMinor: 0, amountMinor: difference })
  return entries
}
