import { Text } from '@mantine/core'
import IconCheck from 'icon:check'
import type { PlansData } from '@stackgate/client/documents'
import { words } from '../words/en.js'
import { comparisonOfPlans } from '../words/en/plan-comparison.js'
import { DataTable, type Column } from './data-table.js'
import { count, freeText, labelInSentence, money, priceUnit } from './format.js'
import { Icon } from './icon.js'
import { allRead } from './use-cursor-pages.js'

const texts = comparisonOfPlans

type Plan = Pick<PlansData['plans'][number], 'id' | 'name' | 'features'> & {
  readonly price: PlansData['plans'][number]['prices'][number] | undefined
}
type Grant = Plan['features'][number]

/** A line of the comparison: the price, or a feature that at least one plan has. */
interface Line {
  readonly id: string
  readonly name: string
  /** Values by the ID of the plan. */
  readonly grants: ReadonlyMap<string, Grant> | null
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

function valueOf(grant: Grant | undefined) {
  if (!grant?.enabled) return <span className="absent">{texts.absent}</span>
  if (grant.feature.kind !== 'BOOLEAN') return grant.text ?? grantText(grant)
  return (
    <>
      <Icon of={IconCheck} />
      <span className="only-read">{texts.included}</span>
    </>
  )
}

/** Plans side by side: what each costs, and every feature with what each plan has of it. */
export function PlanComparison({ plans }: { readonly plans: readonly Plan[] }) {
  const byPlan = plans.map(({ id, features }) => [id, features] as const)
  const names = new Map(byPlan.flatMap(([, features]) => features.map(({ feature }) => [feature.code, feature.name])))
  const grantsOf = (code: string) =>
    new Map(
      byPlan.flatMap(([id, features]) => {
        const grant = features.find(({ feature }) => feature.code === code)
        return grant ? [[id, grant] as const] : []
      }),
    )
  const free = freeText(plans.flatMap(({ price }) => price ?? [])[0])
  const lines: readonly Line[] = [
    { id: 'price', name: texts.price, grants: null },
    ...[...names].map(([code, name]) => ({ id: code, name, grants: grantsOf(code) })),
  ]
  const columns: readonly Column<Line>[] = [
    { name: texts.feature, cell: ({ name }) => name },
    ...plans.map(({ id, name, price }): Column<Line> => ({
      name,
      place: 'line',
      cell: ({ grants }) => (grants ? valueOf(grants.get(id)) : <PriceText price={price} free={free} />),
    })),
  ]
  return <DataTable name={words.plans.compare} columns={columns} pages={allRead(lines)} empty={words.plans.none} />
}

const PriceText = ({ price, free }: Pick<Plan, 'price'> & { readonly free: string }) =>
  price ? (
    <>
      <Text size="sm" fw={500}>
        {money(price.money)}
      </Text>
      <Text size="xs" c="dimmed">
        {priceUnit(price)}
      </Text>
    </>
  ) : (
    <Text size="sm" fw={500}>
      {free}
    </Text>
  )
