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
        {labels.perInterval[price.interval]}
      </span>
    </p>
  )
}

interface IntervalsProps {
  readonly part: Part
  readonly values: readonly BillingInterval[]
  readonly value: BillingInterval
  readonly onChange: (interval: BillingInterval) => void
}

/** Choice of the billing interval. Absent if there is only one. */
export function Intervals({ part, values, value, onChange }: IntervalsProps): ReactNode {
  const name = useId()
  if (values.length < 2) return null
  return (
    <fieldset className={part.slot('intervals')}>
      <legend className="sg-hidden">{part.labels.interval}</legend>
      {values.map((interval) => (
        <label key={interval} className={part.slot('interval')}>
          <input type="radio" name={name} checked={interval === value} onChange={() => onChange(interval)} />
          {part.labels.intervals[interval]}
        </label>
      ))}
    </fieldset>
  )
}

const ORDER: readonly BillingInterval[] = ['MONTH', 'YEAR', 'ONE_TIME']

/** Intervals of prices, in order. */
export const intervalsOf = (prices: readonly Price[]): BillingInterval[] =>
  ORDER.filter((interval) => prices.some((price) => price.interval === interval))

/** Price of an interval, or the first. */
export const priceOf = (prices: readonly Price[], interval: BillingInterval): Price | undefined =>
  prices.find((price) => price.interval === interval) ?? prices[0]
