import { dayText, numberText } from '#services/kernel/text/readable.js'
import type { Config } from '#services/kernel/config/config.js'
import { renderMail } from '#services/kernel/mail/mail-template.js'
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
const days = (from: Date, to: Date): number => Math.round((to.getTime() - from.getTime()) / (DAY_MS / 10)) / 10

/** Numbers of a cap in a sentence. */
const capUse = (
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

interface Names {
  /** Name of the feature. */
  readonly name: string
  /** Name of the member or the sub-account whose cap it is. Null: a cap of the account, or another alert. */
  readonly holder: string | null
}

export function alertMail(crossing: PendingCrossing, { name, holder }: Names, { appUrl }: Pick<Config, 'appUrl'>) {
  const { title, paragraphs } = crossing.cap
    ? capWords(crossing, { name, holder })
    : crossing.basis === 'BALANCE'
      ? balanceWords(crossing, name)
      : allowanceWords(crossing, name)
  return renderMail(title, { paragraphs, action: { label: 'Open the dashboard', url: appUrl.href } })
}

interface Words {
  readonly title: string
  readonly paragraphs: string[]
}

function capWords(crossing: PendingCrossing, { name, holder }: Names): Words {
  const { percent } = crossing
  const cap = crossing.cap!
  const isUnits = cap.currency === null
  const again = isUnits
    ? 'Further use is denied until the next period, or until you raise the cap.'
    : 'Further use beyond the allowance is denied until the next period, or until you raise the cap.'
  return {
    title:
      holder === null
        ? `${percent} percent of your cap of ${name} is used`
        : `${percent} percent of the cap of ${holder} is used: ${name}`,
    paragraphs: [
      `${capUse(crossing, cap, isUnits ? `units of ${name}` : name, `are used in this ${PERIODS[cap.period]}`)}.`,
      percent! < 100 ? 'At 100 percent further use is denied until the next period.' : again,
    ],
  }
}

function balanceWords({ percent, threshold, base, value }: PendingCrossing, name: string): Words {
  const level = percent === null ? numberText(threshold!) : `${percent} percent`
  const basis =
    percent === null
      ? `You asked for this email when fewer than ${level} are left.`
      : `You asked for this email when less than ${level} of the ${numberText(base!)} is left that the account held after its last grant.`
  return {
    title: `Your balance of ${name} is below ${level}`,
    paragraphs: [
      `${numberText(value)} units of ${name} are left. ${basis}`,
      'The next email about this level follows after the balance has risen to it and has fallen again.',
    ],
  }
}

function allowanceWords(crossing: PendingCrossing, name: string): Words {
  const { percent, threshold, forecast, windowEnd } = crossing
  const reached =
    percent === null
      ? `${numberText(threshold!)} of your allowance of ${name} are used`
      : `${percent} percent of your allowance of ${name} is used`
  return {
    title: forecast === null ? reached : `Your allowance of ${name} is likely to be used up early`,
    paragraphs: [alertText(crossing, name), `The allowance resets on ${dayText(windowEnd!)}.`],
  }
}
