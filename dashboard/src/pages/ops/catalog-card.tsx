import { Text } from '@mantine/core'
import schema from 'catalog:schema'
import { isMap } from 'yaml'
import type { CatalogProblemsData } from '@stackgate/client/documents'
import { freeText } from '../../ui/format.js'
import { catalogFormWords } from '../../words/en/catalog-form.js'
import { PlanCard, type CardPlan } from '../plans/plan-card.js'
import { priceOf } from '../plans/plan-list.js'
import { grantedAt } from './catalog-grants.js'
import { pricesAt } from './catalog-prices.js'
import { keysAt, nodeAt, scalarAt, textsAt, type CatalogText } from './catalog-text.js'

const PRICES = schema.entries['plans']!.entry.properties!['prices']!.properties!
const CURRENCY = /^[A-Z]{3}$/
const AMOUNT = /^\d+(?:\.\d+)?$/

export type GrantTexts = NonNullable<CatalogProblemsData['catalogCheck']>['grantTexts']

interface CardProps {
  readonly catalog: CatalogText
  /** Code of the plan. */
  readonly code: string
  /** Texts of the last text without errors. */
  readonly grantTexts: GrantTexts
}

/** The card of a plan on the page of plans, from a text that is not published. */
export function DraftCard({ catalog, code, grantTexts }: CardProps) {
  const plans = keysAt(catalog, ['plans'])
    .map((each) => ({ rank: Number(scalarAt(catalog, ['plans', each, 'rank'])), ...planOf(catalog, each, grantTexts) }))
    .toSorted((one, other) => one.rank - other.rank)
  const index = plans.findIndex((plan) => plan.code === code)
  const plan = plans[index]
  if (!plan) return null
  return (
    <aside className="catalog-card" aria-label={catalogFormWords.card}>
      <Text size="sm" fw={500}>
        {catalogFormWords.card}
      </Text>
      <PlanCard
        plan={plan}
        earlier={plans[index - 1]}
        price={priceOf(plan, { interval: undefined, currency: null })}
        free={freeText(plans.flatMap(({ prices }) => prices)[0])}
      />
    </aside>
  )
}

function planOf(catalog: CatalogText, code: string, grantTexts: GrantTexts): CardPlan & { readonly code: string } {
  const path = ['plans', code]
  const per = scalarAt(catalog, [...path, 'prices', 'per'])
  return {
    code,
    name: scalarAt(catalog, [...path, 'name']) || code,
    description: scalarAt(catalog, [...path, 'description']),
    bullets: textsAt(catalog, [...path, 'bullets']) ?? [],
    prices: pricesAt(catalog, [...path, 'prices'], PRICES).flatMap(({ key, currency, amount }) =>
      CURRENCY.test(currency) && AMOUNT.test(amount)
        ? [{ money: { decimal: amount, currency }, per, interval: PRICES[key]!.interval! }]
        : [],
    ),
    features: keysAt(catalog, [...path, 'features']).map((feature) => {
      const here = [...path, 'features', feature]
      const { isOn, amount } = grantedAt(catalog, here)
      return {
        feature: { code: feature, kind: (scalarAt(catalog, ['features', feature, 'kind']) ?? '').toUpperCase() },
        enabled: isOn,
        unlimited: amount === 'unlimited',
        amount: Number(amount),
        window: isMap(nodeAt(catalog, here)) ? scalarAt(catalog, [...here, 'window']) : null,
        text: grantTexts.find((each) => each.plan === code && each.feature === feature)?.text ?? null,
      }
    }),
  }
}
