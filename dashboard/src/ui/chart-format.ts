import { locale } from '../words/language.js'
import { chartWords } from '../words/en/charts.js'
import { decimal, percent } from './format.js'

/** A number of an axis, for example `12K`. */
export const shortCount = (value: number): string =>
  new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 2 }).format(value)

const { hour12: hasHalves } = new Intl.DateTimeFormat(locale, { hour: 'numeric' }).resolvedOptions()
const HOUR = hasHalves ? ({ hour: 'numeric' } as const) : ({ hour: '2-digit', minute: '2-digit' } as const)

/** An hour of an axis, for example `2 PM` or `14:00`. */
export const clockHour = (time: string): string =>
  new Intl.DateTimeFormat(locale, { ...HOUR, timeZone: 'UTC' }).format(new Date(time))

/** An hour, as tooltips name it. */
export const hour = (time: string): string =>
  new Intl.DateTimeFormat(locale, {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'UTC',
    timeZoneName: 'short',
  }).format(new Date(time))

/**
 * Difference of a value from an earlier one: the amount, and the part of the earlier one if there was any. Ratios differ by percentage points.
 * Null if one of them is missing.
 */
export function differenceText(
  value: number | null | undefined,
  before: number | null | undefined,
  { text, isRatio = false }: { readonly text: (value: number) => string; readonly isRatio?: boolean | undefined },
): string | null {
  if (typeof value !== 'number' || typeof before !== 'number') return null
  const difference = value - before
  if (isRatio) return signed(difference, (part) => chartWords.points(decimal(part * 100)))
  const amount = signed(difference, text)
  return before === 0 || difference === 0 ? amount : `${amount} (${signed(difference / Math.abs(before), percent)})`
}

/** A value with its sign. */
export const signed = (value: number, text: (value: number) => string): string =>
  `${value > 0 ? '+' : value < 0 ? '−' : '±'}${text(Math.abs(value))}`
