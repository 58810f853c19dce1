import type { BillingInterval } from '#entities/catalog/price.entity.js'
import type { IntervalInput } from '#schema/catalog/interval.type.js'

/** A billing interval as clients write it. What is paid once has none. */
export type Interval = Readonly<IntervalInput>

/** The word for an interval in prices. Intervals without prices have a word too, as `2 WEEK`. */
export type IntervalWord = BillingInterval | `${number} ${Interval['unit']}`

export function intervalWord(interval: Interval | null): IntervalWord {
  if (!interval) return 'ONE_TIME'
  const { unit, count } = interval
  if (unit === 'MONTH' && count === 12) return 'YEAR'
  return count === 1 && (unit === 'MONTH' || unit === 'YEAR') ? unit : `${count} ${unit}`
}

export function toInterval(word: IntervalWord): Interval | null {
  if (word === 'ONE_TIME') return null
  const [count, unit] = word.includes(' ') ? word.split(' ') : [1, word]
  return { unit: unit as Interval['unit'], count: Number(count) }
}
