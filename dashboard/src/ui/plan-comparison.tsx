import './plan-comparison.css'
import { Text } from '@mantine/core'
import IconCheck from 'icon:check'
import { useState, type ReactNode } from 'react'
import type { PlansData } from '@stackgate/client/documents'
import { words } from '../words/en.js'
import { comparisonOfPlans } from '../words/en/plan-comparison.js'
import { Empty } from './empty.js'
import { count, freeText, labelInSentence, money, priceUnit } from './format.js'
import { Icon } from './icon.js'
import { Select } from './select.js'
import { useNarrow } from './use-narrow.js'

const texts = comparisonOfPlans

type PlanGrant = PlansData['plans'][number]['features'][number]
/** A grant of a plan or of a package. */
type Grant = Pick<PlanGrant, 'enabled' | 'unlimited' | 'amount' | 'feature'> & Partial<PlanGrant>

interface Plan extends Pick<PlansData['plans'][number], 'id' | 'name'> {
  readonly features: readonly Grant[]
  readonly price:
    | (Pick<PlansData['plans'][number]['prices'][number], 'per' | 'interval'> & {
        readonly money: { readonly decimal: string; readonly currency: string }
      })
    | undefined
}

/** A line of the comparison: the price, another value, or a feature that at least one plan has. */
interface Line {
  readonly name: string
  /** Unit of all values. */
  readonly unit?: string | undefined
  /** Values in the order of the plans. */
  readonly values: readonly ReactNode[]
}

/** Units of a feature with their window, for example "20,000 each month". */
export function grantText({
  unlimited,
  amount,
  window = null,
  perSeat = false,
  feature,
}: Pick<Grant, 'unlimited' | 'amount' | 'feature'> & Partial<Grant>): string {
  if (feature.kind === 'BOOLEAN') return texts.included
  const units = unlimited ? texts.unlimited : count(amount ?? 0)
  return [units, window && windowText(window), perSeat && texts.perSeat].filter(Boolean).join(' ')
}

function windowText(window: string): string {
  const [, length, unit] = /^(\d+)([a-z])$/.exec(window) ?? []
  const name = texts.units[unit ?? '']
  return name ? texts.within(`${length} ${name}`) : (texts.windows[window] ?? texts.each(labelInSentence(window)))
}

/** The text of a grant without the name of its feature, which its line has: "4" of "4 deployments". */
function withoutName({ text, unlimited, amount, feature, ...grant }: Grant): string {
  const short = grantText({ ...grant, unlimited, amount, feature })
  if (!text || (!unlimited && text === `${count(amount ?? 0)} ${feature.unit?.replaceAll('_', ' ')}`)) return short
  const at = text.toLowerCase().indexOf(` ${feature.name.toLowerCase()}`)
  return at < 0 ? text : text.slice(0, at) + text.slice(at + 1 + feature.name.length)
}

function valueOf(grant: Grant | undefined) {
  if (!grant?.enabled) return <span className="absent">{texts.absent}</span>
  if (grant.feature.kind !== 'BOOLEAN') return withoutName(grant)
  return (
    <>
      <Icon of={IconCheck} />
      <span className="only-read">{texts.included}</span>
    </>
  )
}

interface PlanComparisonProps {
  /** Default: that of plans. */
  readonly name?: string
  readonly plans: readonly Plan[]
  /** ID of the plan of the account, with which a phone begins. Default: the first. */
  readonly current?: string | undefined
  /** Lines between the price and the features. */
  readonly lines?: readonly Line[]
}

/** Plans side by side: what each costs, and every feature with what each plan has of it. A narrow screen compares two of them. */
export function PlanComparison({ name = words.plans.compare, plans, current, lines = [] }: PlanComparisonProps) {
  const isNarrow = useNarrow()
  const [chosen, setChosen] = useState<readonly string[]>([])
  const names = new Map(plans.flatMap(({ features }) => features.map(({ feature }) => [feature.code, feature.name])))
  const free = freeText(plans.flatMap(({ price }) => price ?? [])[0])
  const units = new Set(plans.flatMap(({ price }) => (price ? priceUnit(price) : [])))
  /** Unit of all prices. Null if they differ. */
  const unit = units.size === 1 ? [...units][0]! : null
  const rows: readonly Line[] = [
    {
      name: texts.price,
      unit: unit ?? undefined,
      values: plans.map(({ id, price }) => <PriceText key={id} price={price} free={free} hasUnit={unit === null} />),
    },
    ...lines,
    ...[...names].map(([code, feature]) => ({
      name: feature,
      values: plans.map(({ features }) => valueOf(features.find((grant) => grant.feature.code === code))),
    })),
  ]
  if (plans.length === 0) return <Empty>{words.plans.none}</Empty>
  const first = Math.max(
    0,
    plans.findIndex(({ id }) => id === current),
  )
  const pair = [first, first + 1 < plans.length ? first + 1 : first - 1].map((place, side) => {
    const at = plans.findIndex(({ id }) => id === chosen[side])
    return at < 0 ? place : at
  })
  const isPair = isNarrow && plans.length > 2
  const shown = isPair ? pair : plans.map((_, place) => place)
  return (
    <div className="comparison" tabIndex={0} role="region" aria-label={words.table.name(name)}>
      <table className="data-table">
        <caption>{name}</caption>
        <thead>
          <tr>
            <th scope="col">{texts.feature}</th>
            {shown.map((place, side) => (
              <th scope="col" key={side} data-own={plans[place]!.id === current || undefined}>
                {isPair ? (
                  <Select
                    size="xs"
                    aria-label={texts.column(count(side + 1))}
                    data={plans.map((plan) => ({ value: plan.id, label: plan.name }))}
                    value={plans[place]!.id}
                    onChange={(id) => setChosen(pair.map((each, at) => (at === side && id ? id : plans[each]!.id)))}
                  />
                ) : (
                  plans[place]!.name
                )}
                {plans[place]!.id === current && <span className="only-read"> {words.plans.current}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name: line, unit: ofAll, values }) => (
            <tr key={line}>
              <td>
                {line}
                {ofAll && (
                  <Text size="xs" c="dimmed">
                    {ofAll}
                  </Text>
                )}
              </td>
              {shown.map((place, side) => (
                <td key={side} data-own={plans[place]!.id === current || undefined}>
                  {values[place]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface PriceTextProps extends Pick<Plan, 'price'> {
  readonly free: string
  readonly hasUnit: boolean
}

const PriceText = ({ price, free, hasUnit }: PriceTextProps) =>
  price ? (
    <>
      <Text size="sm" fw={500}>
        {money(price.money)}
      </Text>
      {hasUnit && price.interval && (
        <Text size="xs" c="dimmed">
          {priceUnit(price)}
        </Text>
      )}
    </>
  ) : (
    <Text size="sm" fw={500}>
      {free}
    </Text>
  )
