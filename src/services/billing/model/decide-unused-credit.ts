import type { PeriodAllowance, UnusedLine, UnusedTimeOfChange } from '#entities/billing/subscription-change.entity.js'
import { roundToRefundable } from '#services/kernel/money/charge-rules.js'

/** A share between 0 and 1 as an exact fraction. */
interface Share {
  readonly part: bigint
  readonly whole: bigint
}

/**
 * Pure: credit of one line, rounded down: the paid price times the smaller of two shares. The first is the remaining
 * time of the period. The second is the remaining allowance of the most used feature.
 */
export function creditOfLine(line: UnusedLine, asOf: Date): number {
  const shares = [timeLeft(line, asOf), ...line.allowances.map(allowanceLeft)]
  const { part, whole } = shares.reduce((least, share) =>
    share.part * least.whole < least.part * share.whole ? share : least,
  )
  if (line.listedMinor <= 0 || line.paidMinor <= 0) return 0
  return Number((BigInt(line.priceMinor) * BigInt(line.paidMinor) * part) / (BigInt(line.listedMinor) * whole))
}

/**
 * Pure: credit of each line, in steps of what every provider can refund. They sum to the rounded credit of all lines, and to at most what is
 * left of the money that was paid: the last ones are cut.
 */
export function creditOfLines({ currency, lines }: UnusedTimeOfChange, asOf: Date, leftMinor: number): number[] {
  let [sum, given] = [0, 0]
  return lines.map((line) => {
    sum += creditOfLine(line, asOf)
    const amountMinor = roundToRefundable({ amountMinor: Math.max(0, Math.min(sum, leftMinor)), currency }) - given
    given += amountMinor
    return amountMinor
  })
}

function timeLeft({ periodStart, periodEnd }: UnusedLine, asOf: Date): Share {
  const [start, end, now] = [Date.parse(periodStart), Date.parse(periodEnd), asOf.getTime()]
  const whole = Math.max(1, end - start)
  return { part: BigInt(Math.min(whole, Math.max(0, end - now))), whole: BigInt(whole) }
}

const allowanceLeft = ({ granted, used, whole = granted }: PeriodAllowance): Share => ({
  part: BigInt(Math.max(0, granted - used)),
  whole: BigInt(Math.max(1, whole)),
})
