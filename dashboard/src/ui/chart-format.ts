import { locale } from '../words/language.js'

/** A number of an axis, for example `12K`. */
export const shortCount = (value: number): string =>
  new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 2 }).format(value)

/** An amount of money of an axis. */
export const shortMoney = (value: number, currency: string): string =>
  new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    notation: 'compact',
    maximumFractionDigits: 2,
  }).format(value)

/** An hour, as charts name it. */
export const hour = (time: string): string =>
  new Intl.DateTimeFormat(locale, {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'UTC',
    timeZoneName: 'short',
  }).format(new Date(time))
