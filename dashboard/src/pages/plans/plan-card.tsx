import { Card, Group, List, Stack, Text, Title } from '@mantine/core'
import IconCheck from 'icon:check'
import type { ReactNode } from 'react'
import type { PlansData } from '@stackgate/client/documents'
import { count, money, priceUnit } from '../../ui/format.js'
import { Icon } from '../../ui/icon.js'
import { costText } from '../../ui/plan-price.js'
import { words } from '../../words/en.js'

type Plan = PlansData['plans'][number]

/** A price of a card. */
export type CardPrice = Pick<Plan['prices'][number], 'per' | 'interval'> & {
  readonly money: Pick<Plan['prices'][number]['money'], 'decimal' | 'currency'>
}

/** A plan of a card. */
export interface CardPlan extends Pick<Plan, 'name' | 'description' | 'bullets'> {
  readonly prices: readonly CardPrice[]
  readonly features: readonly (Pick<
    Plan['features'][number],
    'enabled' | 'unlimited' | 'amount' | 'window' | 'text'
  > & {
    readonly feature: Pick<Plan['features'][number]['feature'], 'code'> & { readonly kind?: string }
  })[]
}

/** Lines of a plan. Its rates are in the comparison only. */
export const textsOf = ({ bullets, features }: Pick<CardPlan, 'bullets' | 'features'>): readonly string[] =>
  bullets.length > 0 ? bullets : features.flatMap(({ text, feature }) => (feature.kind === 'RATE' ? [] : (text ?? [])))

/** True if a plan has as much of everything as another one. */
const hasAllOf = (plan: CardPlan, other: CardPlan): boolean =>
  other.features.every(
    (theirs) =>
      !theirs.enabled ||
      plan.features.some(
        (own) =>
          own.feature.code === theirs.feature.code &&
          own.enabled &&
          own.window === theirs.window &&
          (own.unlimited || (!theirs.unlimited && (own.amount ?? 0) >= (theirs.amount ?? 0))),
      ),
  )

/** Lines of a plan: of one that has everything of the plan before it, only those that differ, and the first of many. */
function bulletsOf(plan: CardPlan, earlier: CardPlan | undefined) {
  const all = textsOf(plan)
  const known = new Set(earlier && hasAllOf(plan, earlier) ? textsOf(earlier) : [])
  const different = all.filter((text) => !known.has(text))
  const isShortened = different.length > 0 && different.length < all.length
  const shown = isShortened ? different : all
  return {
    lead: isShortened ? words.plans.everythingOf(earlier!.name) : null,
    bullets: shown.length > MAX_BULLETS ? shown.slice(0, MAX_BULLETS - 1) : shown,
    more: shown.length > MAX_BULLETS ? shown.length - MAX_BULLETS + 1 : 0,
  }
}

const MAX_BULLETS = 6

interface PlanCardProps {
  readonly plan: CardPlan
  /** The plan before it in the list. */
  readonly earlier: CardPlan | undefined
  readonly price: CardPrice | undefined
  /** Text of no price. */
  readonly free: string
  readonly isCurrent?: boolean
  /** Units that are priced. Default: one. */
  readonly quantity?: number
  /** The terms that follow. */
  readonly change?: string | null | undefined
  readonly button?: ReactNode
}

/** A plan with its price and its lines. */
export function PlanCard({
  plan,
  earlier,
  price,
  free,
  isCurrent = false,
  quantity = 1,
  change,
  button,
}: PlanCardProps) {
  const { lead, bullets, more } = bulletsOf(plan, earlier)
  return (
    <Card
      component="section"
      withBorder
      padding="md"
      aria-label={plan.name}
      className="plan-card"
      data-current={isCurrent || undefined}
    >
      <Stack gap="sm" h="100%">
        <Group justify="space-between" wrap="nowrap">
          <Title order={2} size="h4">
            {plan.name}
          </Title>
          {isCurrent && <Text className="plan-card-current">{words.plans.current}</Text>}
        </Group>
        <div>
          <Group gap="0.375rem" align="baseline">
            <Text className="figure-text">{price ? money(price.money) : free}</Text>
            <Text size="sm" c="dimmed">
              {price && priceUnit(price)}
            </Text>
          </Group>
          {price && quantity > 1 && <Text size="sm">{costText({ price, quantity })}</Text>}
          {change && <Text size="sm">{change}</Text>}
        </div>
        {plan.description && <Text size="sm">{plan.description}</Text>}
        {lead && (
          <Text size="sm" fw={500}>
            {lead}
          </Text>
        )}
        <List size="sm" spacing={4} center={false} icon={<Icon of={IconCheck} />} style={{ flex: 1 }}>
          {bullets.map((bullet) => (
            <List.Item key={bullet}>{bullet}</List.Item>
          ))}
          {more > 0 && <List.Item>{words.plans.more(count(more))}</List.Item>}
        </List>
        {button}
      </Stack>
    </Card>
  )
}
