import { ENGLISH, numberText } from '#services/kernel/text/readable.js'
import { PERIODS } from '../model/cap-denial.js'
import { usedText } from '../model/used-text.js'
import { limitText, ofUser } from '../spend-caps/cap-terms.js'
import { alertArguments } from './alert-mail.js'
import type { PendingCrossing } from './handle-crossings.js'

/** A crossing as a sentence: the numbers that it is derived from. */
export function alertText(crossing: PendingCrossing, name: string): string {
  const { basis, percent, threshold, base, value, cap } = crossing
  if (cap) {
    const { currency, period } = cap
    const of = currency === null ? name : `for ${name} beyond the allowance`
    const use = usedText(value, base, { of, text: (amount) => limitText({ amount, currency }) })
    return `${use}: ${percent} percent of the cap per ${PERIODS[period]}${ofUser(cap)}.`
  }
  if (basis !== 'BALANCE') return ENGLISH.say('alert.allowance.1', alertArguments({ crossing, name }, ENGLISH))
  const level = percent === null ? numberText(threshold!) : `${percent} percent of ${numberText(base!)}`
  return `The balance of ${name} fell below ${level}: ${numberText(value)} left.`
}
