import { LRUCache } from 'lru-cache'
import { currencyFormat, formatMoney, type Money } from '../money/money.js'
import { sayIn, type Say } from './say.js'

/** Language of the sentences that this server writes, except for mails. */
const LOCALE = 'en-US'

const TO_THE_MINUTE = {
  year: 'numeric',
  month: 'long',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  timeZone: 'UTC',
  timeZoneName: 'short',
} as const
const MOMENT = new Intl.DateTimeFormat(LOCALE, TO_THE_MINUTE)
const EXACT_MOMENT = new Intl.DateTimeFormat(LOCALE, { ...TO_THE_MINUTE, second: '2-digit' })

/** Writes messages, dates, numbers and money as the readers of a locale do. */
export interface Writer {
  /** A date in a sentence, for example `April 25, 2027`. */
  readonly day: (moment: Date) => string
  /** Two dates with what they have in common once, for example `January 15 – February 15, 2026`. */
  readonly days: (period: { readonly start: Date; readonly end: Date }) => string
  /** A number in a sentence, for example `160,000`. */
  readonly number: (value: number) => string
  /** An amount of money in a sentence, for example `$1,234.50`. */
  readonly money: (money: Money) => string
  /** The name of a unit of time, for example `month`. */
  readonly unit: (unit: Unit) => string
  /** Several units of time, for example `6 months`. */
  readonly units: (count: number, unit: Unit) => string
  /** A message in the language of the locale. */
  readonly say: Say
}

type Unit = 'DAY' | 'WEEK' | 'MONTH' | 'YEAR'

/** Bounded, because accounts choose the locale. */
const writers = new LRUCache<string, Writer>({ max: 50 })

/** @param locale BCP 47 tag */
export function writerIn(locale: string): Writer {
  const known = writers.get(locale)
  if (known) return known
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' })
  const names = new Intl.DisplayNames(locale, { type: 'dateTimeField' })
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 12 })
  const writer: Writer = {
    day: (moment) => day.format(moment),
    days: ({ start, end }) => day.formatRange(start, end),
    number: (value) => number.format(value),
    money: (money) => formatMoney(money, locale),
    unit: (unit) => names.of(unit === 'WEEK' ? 'weekOfYear' : unit.toLowerCase())!,
    units: (count, unit) =>
      new Intl.NumberFormat(locale, { style: 'unit', unit: unit.toLowerCase(), unitDisplay: 'long' }).format(count),
    say: sayIn(locale),
  }
  writers.set(locale, writer)
  return writer
}

/** Writes the sentences of this server, except for mails. */
export const ENGLISH = writerIn(LOCALE)

export const { day: dayText, number: numberText, money: moneyText } = ENGLISH

/** A moment in a sentence, for example `April 25, 2027 at 9:50 PM UTC`. */
export const momentText = (moment: Date): string => MOMENT.format(moment)

/** A moment with its seconds, for an input that is compared with it, and for a record: `April 25, 2027 at 9:50:12 PM UTC`. */
export const exactMomentText = (moment: Date): string => EXACT_MOMENT.format(moment)

/** A price of a unit in a sentence, which can have more decimals than its currency, for example `$0.004`. */
export const priceText = ({ price, currency }: { readonly price: string; readonly currency: string }): string =>
  currencyFormat(currency, LOCALE, 12).format(price as Intl.StringNumericLiteral)
