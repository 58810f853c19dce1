import { contentOf, type MailTexts } from '#services/kernel/mail/mail-texts.js'
import type { Writer } from '#services/kernel/text/readable.js'
import type { Arguments } from '#services/kernel/text/say.js'
import type { PendingCrossing } from './handle-crossings.js'

/** Values of a mail about an alert. */
export interface AlertValues {
  readonly crossing: PendingCrossing
  /** Name of the feature. */
  readonly name: string
}

export const ALERT_MAIL: MailTexts<AlertValues> = (values, write) => {
  const { cap, basis } = values.crossing
  const kind = cap ? 'cap' : basis === 'BALANCE' ? 'balance' : 'allowance'
  return contentOf(write, `alert.${kind}`, alertArguments(values, write))
}

/** Numbers of a crossing, for its messages. Those that do not apply are zero or empty. */
export function alertArguments({ crossing, name }: AlertValues, { number, day, money }: Writer): Arguments {
  const { percent, threshold, base, value, forecast, windowStart, windowEnd, at, cap, holder } = crossing
  const currency = cap?.currency ?? null
  const amount = (units: number) => (currency === null ? number(units) : money({ amountMinor: units, currency }))
  return {
    name,
    percent: percent ?? 0,
    isShare: percent !== null,
    isReached: percent === 100,
    threshold: number(threshold ?? 0),
    value: amount(value),
    base: amount(base ?? 0),
    extent: base === null ? 'UNLIMITED' : value > base ? 'OVER' : 'WITHIN',
    isForecast: forecast !== null,
    forecast: number(forecast ?? 0),
    elapsed: windowStart ? number(daysBetween(windowStart, at)) : '',
    length: windowStart && windowEnd ? number(daysBetween(windowStart, windowEnd)) : '',
    resetsAt: windowEnd ? day(windowEnd) : '',
    isMoney: currency !== null,
    period: cap?.period ?? '',
    isMember: holder !== null,
    holder: holder ?? '',
  }
}

const DAY_MS = 86_400_000

/** Days between two times, with one decimal. */
const daysBetween = (from: Date, to: Date): number => Math.round((to.getTime() - from.getTime()) / (DAY_MS / 10)) / 10
