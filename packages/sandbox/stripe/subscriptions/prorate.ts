import { roundToCharge } from '../minimum-charge.js'

/** A span of time in seconds. */
export interface Span {
  start: number
  end: number
}

/** The part of an amount that the rest of a period is worth from a moment on, to the second. */
export function remainingValue(amount: number, currency: string, period: Span, from: number): number {
  const length = period.end - period.start
  if (length <= 0) return 0
  const rest = Math.min(Math.max(period.end - from, 0), length)
  return roundToCharge((amount * rest) / length, currency)
}
