import { formatMoney, type Money } from '../money/money.js'

/** Language of the sentences that this server writes. */
const LOCALE = 'en-US'

const DAY = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'long', timeZone: 'UTC' })
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
const NUMBER = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 12 })

/** A date in a sentence, for example `April 25, 2027`. */
export const dayText = (moment: Date): string => DAY.format(moment)

/** A moment in a sentence, for example `April 25, 2027 at 9:50 PM UTC`. */
export const momentText = (moment: Date): string => MOMENT.format(moment)

/** A moment with its seconds, for an input that is compared with it, and for a record: `April 25, 2027 at 9:50:12 PM UTC`. */
export const exactMomentText = (moment: Date): string => EXACT_MOMENT.format(moment)

/** A number in a sentence, for example `160,000`. */
export const numberText = (value: number): string => NUMBER.format(value)

/** An amount of money in a sentence, for example `$1,234.50`. */
export const moneyText = (money: Money): string => formatMoney(money, LOCALE)

/** A price of a unit in a sentence, which can have more decimals than its currency, for example `$0.004`. */
export const priceText = ({ price, currency }: { readonly price: string; readonly currency: string }): string =>
  new Intl.NumberFormat(LOCALE, { style: 'currency', currency, maximumFractionDigits: 12 }).format(
    price as Intl.StringNumericLiteral,
  )
