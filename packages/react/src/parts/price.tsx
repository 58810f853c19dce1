import { useId, type ReactNode } from 'react'
import { words } from '../labels.js'
import type { Plan } from '../hooks/plans.js'
import type { BillingInterval } from '../types.js'
import type { Part } from './part.js'

type Price = Plan['prices'][number]

/** A price with its interval and unit. The amount is the text of the server. */
export function PriceText({ part, price }: { readonly part: Part; readonly price: Price | undefined }): ReactNode {
  const { labels, slot } = part
  if (!price)
    return (
      <p className={slot('price')}>
        <strong>{labels.free}</strong>
      </p>
    )
  return (
    <p className={slot('price')}>
      <strong>{price.money.formatted}</strong>{' '}
      <span>
        {price.per ? `${labels.perUnit(words(price.per))} ` : ''}
        {labels.perInterval(price.interval)}
      </span>
    </p>
  )
}

interface IntervalsProps {
  readonly part: Part
  readonly values: readonly Price['interval'][]
  readonly value: BillingInterval | null
  readonly onChange: (interval: Price['interval']) => void
}

/** Choice of the billing interval. Absent if there is only one. */
export function Intervals({ part, values, value, onChange }: IntervalsProps): ReactNode {
  const name = useId()
  if (values.length < 2) return null
  return (
    <fieldset className={part.slot('intervals')}>
      <legend className="sg-hidden">{part.labels.interval}</legend>
      {values.map((interval) => (
        <label key={keyOf(interval)} className={part.slot('interval')}>
          <input
            type="radio"
            name={name}
            checked={keyOf(interval) === keyOf(value)}
            onChange={() => onChange(interval)}
          />
          {part.labels.intervals(interval)}
        </label>
      ))}
    </fieldset>
  )
}

const DAYS = { DAY: 1, WEEK: 7, MONTH: 30, YEAR: 365 }

const daysOf = (interval: BillingInterval | null): number =>
  interval ? DAYS[interval.unit] * (interval.count ?? 1) : Infinity

const keyOf = (interval: BillingInterval | null): string => (interval ? `${interval.count ?? 1} ${interval.unit}` : '')

/** Intervals of prices, the shortest first. Null for what is paid once. */
export function intervalsOf(prices: readonly Price[]): Price['interval'][] {
  const found = new Map(prices.map(({ interval }) => [keyOf(interval), interval]))
  return [...found.values()].toSorted((one, other) => daysOf(one) - daysOf(other))
}

/** Price of an interval, or the first. */
export const priceOf = (prices: readonly Price[], interval: BillingInterval | null): Price | undefined =>
  prices.find((price) => keyOf(price.interval) === keyOf(interval)) ?? prices[0]

/** Terms of a payment at the price that is shown. */
export function shownTerms(
  prices: readonly Price[],
  chosen: BillingInterval | null,
): { readonly interval?: BillingInterval | undefined; readonly lifetime?: boolean } {
  const price = priceOf(prices, chosen)
  return price ? { interval: price.interval ?? undefined, lifetime: !price.interval } : {}
}

export const MONTH = { unit: 'MONTH', count: 1 } as const
