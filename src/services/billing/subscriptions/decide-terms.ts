import type { SubscriptionChangeRow } from '../../../entities/billing/subscription-change.entity.js'
import { mayMoveChange, type SubscriptionChangeStatus } from '../../../entities/billing/subscription-change-state.js'
import type { CatalogPlan, CatalogSnapshot } from '../../catalog/snapshot/catalog-snapshot.js'
import type { MappedItem } from './map-items.js'

/** What a subscriber has now, as far as the provider's lines and our own notes tell. */
export interface Terms {
  readonly plan: CatalogPlan
  readonly quantity: number
  /** Where our notes of a change go, when the lines show it. */
  readonly move: { readonly id: string; readonly to: SubscriptionChangeStatus; readonly why?: string } | null
}

export interface TermsFacts {
  /** The line of the plan. */
  readonly item: MappedItem
  /** The change that is asked for, waits for confirmation or is planned; at most one concerns the plan. */
  readonly change: SubscriptionChangeRow | null
  /** The provider waits for the buyer's confirmation. */
  readonly changePending: boolean
  /** It has ended for good: what was planned will not happen. */
  readonly ended: boolean
  /** Versions that the subscriber may keep: the one he has, then the one that his checkout offered. */
  readonly heldVersionIds: readonly (string | null | undefined)[]
}

/**
 * Pure: the plan, its version and the quantity that hold now. Subscribers keep the version they have. A change for the period's end
 * stands on the provider's lines before it holds: until a period begins at its date, the terms before it do.
 */
export function decideTerms(catalog: CatalogSnapshot, facts: TermsFacts): Terms | null {
  const { item, change } = facts
  const byLine = lineTerms(catalog, facts)
  if (!byLine || !change || change.kind !== 'PLAN') return byLine
  if (facts.ended) return { ...byLine, move: move(change, { to: 'SUPERSEDED', why: 'the subscription has ended' }) }
  const shown = change.toPriceId === item.priceId && change.toQuantity === item.quantity
  if (!shown) return { ...byLine, move: move(change, withoutTheChange(change, facts)) }
  if (change.at === 'PERIOD_END' && (item.currentPeriodStart ?? change.asOf) < change.effectiveAt)
    return { ...held(catalog, change, byLine), move: move(change, { to: 'PLANNED' }) }
  const plan = catalog.planByVersionId.get(change.toPlanVersionId ?? '') ?? byLine.plan
  return { plan, quantity: item.quantity, move: move(change, { to: 'DONE' }) }
}

function lineTerms(catalog: CatalogSnapshot, { item, heldVersionIds }: TermsFacts): Terms | null {
  const current = catalog.planById.get(item.planId ?? '')
  if (!current) return null
  const held = heldVersionIds.map((versionId) => catalog.planByVersionId.get(versionId ?? ''))
  return { plan: held.find((version) => version?.id === current.id) ?? current, quantity: item.quantity, move: null }
}

const held = (catalog: CatalogSnapshot, change: SubscriptionChangeRow, byLine: Terms) => ({
  plan: catalog.planByVersionId.get(change.fromPlanVersionId ?? '') ?? byLine.plan,
  quantity: change.fromQuantity ?? byLine.quantity,
})

/** The lines do not show the change: it is under way, was never confirmed, or somebody changed them elsewhere. */
function withoutTheChange(
  change: SubscriptionChangeRow,
  { changePending }: TermsFacts,
): { to: SubscriptionChangeStatus; why?: string } | null {
  if (change.status === 'PLANNED') return { to: 'SUPERSEDED', why: 'the subscription was changed elsewhere' }
  if (change.status === 'CONFIRMING' && !changePending)
    return { to: 'FAILED', why: 'the payment was not confirmed in time' }
  return null
}

function move(
  change: SubscriptionChangeRow,
  next: { to: SubscriptionChangeStatus; why?: string } | null,
): Terms['move'] {
  return next && mayMoveChange(change.status, next.to) ? { id: change.id, ...next } : null
}
