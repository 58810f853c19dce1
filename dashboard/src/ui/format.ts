import { words } from '../words/en.js'
import { locale } from '../words/language.js'
import { money } from './money.js'

export { money }

/** The price of a plan that has none: zero in the currency of another plan. */
export const freeText = (priced: { readonly money: { readonly currency: string } } | undefined): string =>
  priced ? money({ decimal: '0', currency: priced.money.currency }) : words.plans.free

export const count = (value: number): string => new Intl.NumberFormat(locale).format(value)

/** A number with at most one digit after the point. */
export const decimal = (value: number): string =>
  new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(value)

/** Business times are dates in UTC, as invoices have them. */
export const date = (time: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(time))

/** The time of a business time in UTC, below its date. */
export const timeOfDay = (time: string): string =>
  new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone: 'UTC' }).format(new Date(time))

/** A moment in the time zone of the reader. */
export const moment = (time: string | number): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(time))

/** A moment of a list in the time zone of the reader, without its seconds. The year is that of another one. */
export function shortMoment(time: string): string {
  const at = new Date(time)
  const year = at.getFullYear() === new Date().getFullYear() ? undefined : 'numeric'
  return new Intl.DateTimeFormat(locale, {
    month: 'short',
    day: 'numeric',
    year,
    hour: 'numeric',
    minute: '2-digit',
  }).format(at)
}

/** A moment with its zone for the reader, and in UTC. */
export const momentInZones = (time: string): string =>
  [undefined, 'UTC']
    .map((timeZone) =>
      new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'long', timeZone }).format(new Date(time)),
    )
    .join(' · ')

export const clockTime = (time: number): string =>
  new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(new Date(time))

/** The text of a code in a sentence: without another text, `PAST_DUE` is "past due". */
export const labelInSentence = (code: string): string => words.codes[code] ?? code.toLowerCase().replaceAll('_', ' ')

export const capitalized = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)

/** The text of a code in a cell: "Past due". */
export const label = (code: string): string => capitalized(labelInSentence(code))

/** Name of the plan or package of a source, or the reason of an operator. */
export const sourceText = ({
  kind,
  name,
  reason,
}: {
  readonly kind: string
  readonly name: string | null
  readonly reason: string | null
}): string => {
  if (reason) return words.sources.granted(reason)
  if (kind === 'ROLLOVER') return words.sources.rolledOver(name)
  return name ?? words.sources.kinds[kind] ?? label(kind)
}

export interface Interval {
  readonly unit: 'DAY' | 'WEEK' | 'MONTH' | 'YEAR'
  readonly count: number
}

/** Text of an interval in the address of a page, as `3-MONTH`. */
export const intervalKey = (interval: Interval | null): string =>
  interval ? `${interval.count}-${interval.unit}` : 'once'

/** A number with its unit, for example "3 months". */
const inUnit = (value: number, unit: string): string =>
  new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(value)

/** A choice of an interval. */
export const intervalText = (interval: Interval | null): string =>
  (interval?.count ?? 1) === 1
    ? (words.plans.intervals[interval?.unit ?? 'ONCE'] ?? '')
    : words.plans.every(inUnit(interval!.count, interval!.unit.toLowerCase()))

/** A price with its unit and interval. */
export function priceUnit({
  per,
  interval,
}: {
  readonly per: string | null
  readonly interval: Interval | null
}): string {
  if (!interval) return ''
  const { unit, count: length } = interval
  const name = length === 1 ? (words.plans.interval[unit] ?? labelInSentence(unit)) : inUnit(length, unit.toLowerCase())
  return per ? words.plans.per(labelInSentence(per), name) : words.plans.each(name)
}

/** The price of one unit: "$20.00 per server and month". */
export const priceText = (
  price: Parameters<typeof priceUnit>[0] & { readonly money: Parameters<typeof money>[0] },
): string => `${money(price.money)} ${priceUnit(price)}`.trim()

/** A part of one as percents. */
export const percent = (value: number): string =>
  new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(value)

/** A day, as charts name it. */
export const day = (time: string): string =>
  new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', timeZone: 'UTC' }).format(new Date(time))

/** A date where there is little room. */
export const shortDate = (time: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(time))

/** A month, as charts name it. */
export const month = (time: string): string =>
  new Intl.DateTimeFormat(locale, { month: 'short', year: '2-digit', timeZone: 'UTC' }).format(new Date(time))

/** A month with its year, for example "November 2026". */
export const longMonth = (time: string): string =>
  new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(new Date(time))

export const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

/** A time span in its largest unit, for example "3 minutes". */
export function duration(seconds: number): string {
  const [unit, size] = UNITS.find(([, each]) => seconds >= each) ?? ['second', 1]
  return inUnit(Math.floor(seconds / size), unit)
}

/** Whole numbers from 1 of a text such as `50, 80, 100`. Null if anything else is in it: `12.5` and `1,000` are not two numbers. */
export function wholeNumbers(text: string, largest: number): number[] | null {
  const parts = text
    .trim()
    .split(/,?\s+|,$/)
    .filter(Boolean)
  const numbers = parts.map(Number)
  return parts.every((part) => /^\d+$/.test(part)) && numbers.every((each) => each >= 1 && each <= largest)
    ? numbers
    : null
}
