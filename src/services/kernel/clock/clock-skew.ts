import { isAfter } from './compare-dates.js'

/** Clocks of machines differ by this much without anybody's fault. */
const CLOCK_SKEW_MS = 300_000

/** Present time instead of a time of use that is ahead by no more than clocks differ. Null if it is further ahead. */
export function presentOrPast(time: Date, now: Date): Date | null {
  if (!isAfter(time, now)) return time
  return time.getTime() - now.getTime() <= CLOCK_SKEW_MS ? now : null
}

/** Text of the refusal of a time that is further ahead. */
export const beyondPresent = (field: string): string => `${field} must not be more than 5 minutes in the future.`
