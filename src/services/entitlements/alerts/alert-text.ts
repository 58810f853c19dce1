import { numberText } from '#services/kernel/text/readable.js'
import { PERIODS } from '../model/cap-denial.js'
import { usedText } from '../model/used-text.js'
import { limitText, ofUser } from '../spend-caps/cap-terms.js'
import type { PendingCrossing } from './handle-crossings.js'

/** A crossing as a sentence: the numbers that it is derived from. */
export function alertText(crossing: PendingCrossing, name: string): string {
  const { basis, percent, threshold, base, value, forecast, cap } = crossing
  if (cap) {
    return `${capUse(crossing, cap, name)}: ${percent} percent of the cap per ${PERIODS[cap.period]}${ofUser(cap)}.`
  }
  if (basis === 'BALANCE')
    return percent === null
      ? `The balance of ${name} fell below ${numberText(threshold!)}: ${numberText(value)} left.`
      : `The balance of ${name} fell below ${percent} percent of ${numberText(base!)}: ${numberText(value)} left.`
  if (forecast !== null) return forecastText(crossing, name)
  const use = usedText(value, base, { of: `${name} of the allowance` })
  return percent === null
    ? `${use}${base === null ? ', which is unlimited' : ''}: the level of ${numberText(threshold!)} is reached.`
    : `${use}: ${percent} percent.`
}

function forecastText({ forecast, base, value, windowStart, windowEnd, at }: PendingCrossing, name: string): string {
  const [length, elapsed] = [days(windowStart!, windowEnd!), days(windowStart!, at)]
  return `The forecast of ${name} is ${numberText(forecast!)} at the end of the window, with an allowance of ${numberText(base!)}: ${numberText(value)} used in ${elapsed} of ${length} days, at the same rate for all of them.`
}

const DAY_MS = 86_400_000

/** Days between two times, with one decimal. */
export const days = (from: Date, to: Date): number => Math.round((to.getTime() - from.getTime()) / (DAY_MS / 10)) / 10

/** Numbers of a cap in a sentence. */
export const capUse = (
  { value, base }: PendingCrossing,
  { currency }: NonNullable<PendingCrossing['cap']>,
  units: string,
  verb = 'used',
): string =>
  usedText(value, base, {
    of: currency === null ? units : `for ${units} beyond the allowance`,
    verb,
    text: (amount) => limitText({ amount, currency }),
  })
