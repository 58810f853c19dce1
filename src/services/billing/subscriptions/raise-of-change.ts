import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import type { RaiseTime } from '#services/entitlements/model/raises.js'

/** Terms of a line that is paid by the period. */
export interface LineTerms {
  readonly priceId: string
  /** Price of one unit. Null if it is not known. */
  readonly amountMinor: number | null
  readonly quantity: number
}

/** A line of a subscription before and after it was read. */
export interface ChangedLine {
  readonly before: LineTerms
  readonly after: LineTerms
  /** The period that it is paid for now, and the start or the end of the one before. */
  readonly periodStart: Date | null
  readonly periodEnd: Date | null
  readonly isSamePeriod: boolean
  /** The change that the line shows. Undefined for a change at the provider, and without one. */
  readonly change: Pick<SubscriptionChangeRow, 'at' | 'asOf'> | undefined
  readonly now: Date
}

/** The provider can begin a period some seconds after the request that begins it. */
const AT_START_MS = 60_000

/**
 * Pure: the time from which the money of a change within a paid period counts. Null if a whole period is paid: the change begins one, or takes effect
 * with one. The provider rounds the money of the rest of the period to minor units, and the time follows from that money, so that the
 * units are never more than what is paid.
 */
export function raiseOfChange(line: ChangedLine): RaiseTime | null {
  const { periodStart, periodEnd, change, isSamePeriod } = line
  if (!periodStart || !periodEnd || change?.at === 'PERIOD_END' || !(isSamePeriod || change)) return null
  const at = change?.asOf ?? line.now
  const [start, end] = [periodStart.getTime(), periodEnd.getTime()]
  if (at.getTime() - start <= AT_START_MS || end <= start) return null
  const paidMs = Math.floor((end - start) * paidShare(line, { at: at.getTime(), start, end }))
  return { at: new Date(end - paidMs), periodStart, periodEnd }
}

function paidShare(
  { before, after }: Pick<ChangedLine, 'before' | 'after'>,
  { at, start, end }: { readonly at: number; readonly start: number; readonly end: number },
): number {
  const left = Math.max(0, end - at) / (end - start)
  // Other terms at the same price cost nothing: an operator has moved the subscriber.
  if (before.priceId === after.priceId && before.quantity === after.quantity) return 1
  if (before.amountMinor === null || after.amountMinor === null) return left
  const [from, to] = [before, after].map(({ amountMinor, quantity }) => amountMinor! * quantity) as [number, number]
  if (to <= from) return left
  return Math.min(1, Math.max(0, (Math.round(to * left) - Math.round(from * left)) / (to - from)))
}
