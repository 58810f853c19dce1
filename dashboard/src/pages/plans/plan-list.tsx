import { Group, NativeSelect, SimpleGrid, Stack, Text } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import type { PlansData, PlanVersionFeaturesData } from '@stackgate/client/documents'
import { useFilter } from '../../session/use-filter.js'
import { capitalized, freeText, intervalKey, intervalText, percent, type Interval } from '../../ui/format.js'
import { planLineOf, unitsText, type AccountSubscription } from '../../ui/plan-price.js'
import { Segments } from '../../ui/segments.js'
import { NumberField } from '../../ui/number-field.js'
import { words } from '../../words/en.js'
import { PlanCard, type CardPrice } from './plan-card.js'

export type Plan = PlansData['plans'][number]

/** Choices of the reader. Interval and currency are the address of the page. */
export interface Choices {
  /** Null: paid once. Undefined: none is chosen. */
  readonly interval: Interval | null | undefined
  /** Null: the default of the account or of the catalog. */
  readonly currency: string | null
  /** Text of the field. */
  readonly quantity: string
  readonly change: (choice: {
    readonly interval?: string
    readonly currency?: string
    readonly quantity?: string
  }) => void
}

interface BilledPlan {
  readonly interval: Interval | null
  readonly quantity: number
  readonly currency: string
}

/** @param billed the running subscription, which a change keeps where nothing else is chosen */
export function useChoices(billed: BilledPlan | null = null): Choices {
  const [interval, setInterval] = useFilter('interval')
  const [currency, setCurrency] = useFilter('currency')
  const [quantity, setQuantity] = useState<string | null>(null)
  return {
    interval: intervalFrom(interval) ?? (interval === intervalKey(null) ? null : billed?.interval),
    currency: billed?.currency ?? (/^[A-Z]{3}$/.test(currency) ? currency : null),
    quantity: quantity ?? String(billed?.quantity ?? 1),
    change: (choice) => {
      if (choice.interval !== undefined) setInterval(choice.interval)
      if (choice.currency !== undefined) setCurrency(choice.currency)
      if (choice.quantity !== undefined) setQuantity(choice.quantity)
    },
  }
}

function intervalFrom(key: string): Interval | null {
  const [, count, unit] = /^(\d+)-(DAY|WEEK|MONTH|YEAR)$/.exec(key) ?? []
  return unit ? { unit: unit as Interval['unit'], count: Number(count) } : null
}

/** Price of a plan in the chosen currency and interval, otherwise the nearest one. */
export function priceOf<Price extends CardPrice>(
  { prices }: { readonly prices: readonly Price[] },
  { interval, currency }: Pick<Choices, 'interval' | 'currency'>,
): Price | undefined {
  const ofCurrency = prices.filter(({ money: { currency: each } }) => each === currency)
  const offered = ofCurrency.length > 0 ? ofCurrency : prices
  const at = (key: string) => offered.find((each) => intervalKey(each.interval) === key)
  return at(interval === undefined ? MONTHLY : intervalKey(interval)) ?? offered[0]
}

/** The chosen quantity of a plan that is priced per unit. One for others, and for a text that is no quantity. */
export const quantityOf = (plan: Plan, choices: Choices): number =>
  priceOf(plan, choices)?.per ? Math.max(1, Math.trunc(Number(choices.quantity)) || 1) : 1

/**
 * The plan of an account as it has it: at the price that it pays, and with the features of its version while the interval of that price is
 * chosen. The features that the catalog describes are those of the newest version.
 */
export function asHeld(
  plan: Plan,
  subscription: AccountSubscription,
  version: PlanVersionFeaturesData['node'] | undefined,
  { interval }: Pick<Choices, 'interval'>,
): Plan {
  const price = planLineOf(subscription)?.price
  if (!price || plan.id !== subscription.plan.id) return plan
  const key = intervalKey(price.interval)
  const isReplaced = (each: CardPrice) =>
    intervalKey(each.interval) === key && each.money.currency === price.money.currency
  return {
    ...plan,
    prices: plan.prices.some(isReplaced)
      ? plan.prices.map((each) => (isReplaced(each) ? price : each))
      : [...plan.prices, price],
    ...(version && 'features' in version && !version.current && intervalKey(interval ?? null) === key
      ? { features: version.features, bullets: [] }
      : {}),
  }
}

interface PlanListProps {
  readonly plans: readonly Plan[]
  readonly choices: Choices
  readonly current?: string | undefined
  /** The terms that follow for the current plan. */
  readonly change?: string | null | undefined
  /** True if the currency is that of a running subscription. */
  readonly hasCurrency?: boolean
  readonly button: (plan: Plan) => ReactNode
}

/** Plans side by side, with the choice of interval, quantity and currency where there is one. */
export function PlanList({ plans, choices, current, change, hasCurrency = false, button }: PlanListProps) {
  if (plans.length === 0) return <Text>{words.plans.none}</Text>
  const free = freeText(plans.flatMap((plan) => priceOf(plan, choices) ?? [])[0])
  return (
    <Stack>
      <ChoiceFields plans={plans} choices={choices} hasCurrency={hasCurrency} />
      <SimpleGrid cols={{ base: 1, sm: 2, lg: Math.min(4, plans.length) }}>
        {plans.map((plan, index) => (
          <PlanCard
            key={plan.id}
            plan={plan}
            earlier={plans[index - 1]}
            price={priceOf(plan, choices)}
            free={free}
            isCurrent={plan.id === current}
            quantity={quantityOf(plan, choices)}
            change={plan.id === current ? change : null}
            button={button(plan)}
          />
        ))}
      </SimpleGrid>
    </Stack>
  )
}

function ChoiceFields({ plans, choices, hasCurrency }: Pick<PlanListProps, 'plans' | 'choices' | 'hasCurrency'>) {
  const intervals = [
    ...new Map(
      plans.flatMap(({ prices }) =>
        prices.map(({ interval }) => [intervalKey(interval), intervalText(interval)] as const),
      ),
    ),
  ]
  const unit = plans.flatMap(({ prices }) => prices.flatMap(({ per }) => per ?? []))[0]
  const currencies = [...new Set(plans.flatMap(({ prices }) => prices.map(({ money: { currency } }) => currency)))]
  if (intervals.length < 2 && !unit && (hasCurrency || currencies.length < 2)) return null
  return (
    <Group align="end">
      {intervals.length > 1 && (
        <Segments
          label={words.plans.intervals['label']!}
          value={chosenKey(intervals, choices)}
          onChange={(interval) => choices.change({ interval })}
          data={intervals.map(([value, text]) => ({ value, label: withSaving(text, savingsOf(plans, value)) }))}
        />
      )}
      {unit && (
        <NumberField
          label={capitalized(unitsText(unit))}
          value={choices.quantity}
          min={1}
          onChange={(quantity) => choices.change({ quantity })}
        />
      )}
      {!hasCurrency && currencies.length > 1 && (
        <NativeSelect
          label={words.plans.currency}
          data={currencies}
          value={choices.currency ?? currencies[0]!}
          onChange={(event) => choices.change({ currency: event.currentTarget.value })}
        />
      )}
    </Group>
  )
}

/** The chosen interval, otherwise monthly if plans are sold so, otherwise the first. */
function chosenKey(intervals: readonly (readonly [string, string])[], { interval }: Choices): string {
  if (interval !== undefined) return intervalKey(interval)
  return (intervals.find(([key]) => key === MONTHLY) ?? intervals[0]!)[0]
}

const MONTHLY = intervalKey({ unit: 'MONTH', count: 1 })
const YEARLY = intervalKey({ unit: 'YEAR', count: 1 })

/** The parts by which a year of each plan is cheaper than twelve months. None for other intervals. */
export function savingsOf(plans: readonly Pick<Plan, 'prices'>[], interval: string): readonly number[] {
  if (interval !== YEARLY) return []
  return plans.flatMap(({ prices }) =>
    prices
      .filter((price) => intervalKey(price.interval) === YEARLY)
      .flatMap((year) => {
        const month = prices.find(
          (price) => intervalKey(price.interval) === MONTHLY && price.money.currency === year.money.currency,
        )
        const monthly = Number(month?.money.decimal ?? 0)
        return monthly > 0 ? Math.max(0, 1 - Number(year.money.decimal) / (12 * monthly)) : []
      }),
  )
}

/** A choice of an interval with what every plan saves by it, or with the largest part that one of them does. */
function withSaving(text: string, savings: readonly number[]): string {
  const percents = savings.map((saving) => Math.floor(saving * 100) / 100)
  const largest = Math.max(0, ...percents)
  if (largest === 0) return text
  return words.plans.saving(
    text,
    percent(largest),
    percents.every((each) => each === largest),
  )
}
