import { Group, NativeSelect, SimpleGrid, Stack, Text } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import type { PlansData } from '@stackgate/client/documents'
import { useFilter } from '../../session/use-filter.js'
import { freeText, intervalKey, intervalText, labelInSentence, percent, type Interval } from '../../ui/format.js'
import { Segments } from '../../ui/segments.js'
import { NumberField } from '../../ui/number-field.js'
import { words } from '../../words/en.js'
import { PlanCard, type CardPrice, type PresentPrice } from './plan-card.js'

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

interface PlanListProps {
  readonly plans: readonly Plan[]
  readonly choices: Choices
  readonly current?: string | undefined
  /** Price that is paid for the current plan, if it is another one than on sale. */
  readonly present?: PresentPrice | null
  /** True if the currency is that of a running subscription. */
  readonly hasCurrency?: boolean
  readonly button: (plan: Plan) => ReactNode
}

/** Plans side by side, with the choice of interval, quantity and currency where there is one. */
export function PlanList({ plans, choices, current, present, hasCurrency = false, button }: PlanListProps) {
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
            present={plan.id === current ? present : null}
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
          data={intervals.map(([value, text]) => ({ value, label: withSaving(text, savingOf(plans, value)) }))}
        />
      )}
      {unit && (
        <NumberField
          label={words.plans.quantity(labelInSentence(unit))}
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

/** The largest part by which a year is cheaper than twelve months. Zero for other intervals. */
export function savingOf(plans: readonly Pick<Plan, 'prices'>[], interval: string): number {
  if (interval !== YEARLY) return 0
  const savings = plans.flatMap(({ prices }) =>
    prices
      .filter((price) => intervalKey(price.interval) === YEARLY)
      .flatMap((year) => {
        const month = prices.find(
          (price) => intervalKey(price.interval) === MONTHLY && price.money.currency === year.money.currency,
        )
        const monthly = Number(month?.money.decimal ?? 0)
        return monthly > 0 ? 1 - Number(year.money.decimal) / (12 * monthly) : []
      }),
  )
  return Math.max(0, ...savings)
}

const withSaving = (text: string, saving: number): string =>
  saving >= 0.01 ? words.plans.saving(text, percent(Math.floor(saving * 100) / 100)) : text
