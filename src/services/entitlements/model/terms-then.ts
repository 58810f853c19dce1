import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { isAfter } from '#services/kernel/clock/compare-dates.js'
import { holdAt } from '../sale/sale-hold.js'
import type { AccountSnapshot, HeldPlan } from './account-snapshot.js'
import { heldPlans } from './held-plans.js'

/**
 * Pure: the account by the terms that it had at the time of a use, with its present use and grants. The same snapshot if they have not ended. A fact
 * belongs to the terms of its own time, so that an end, a change or a pause since then neither gives units nor makes them cost nothing.
 */
export function termsThen(catalog: CatalogSnapshot, snapshot: AccountSnapshot, usedAt: Date | null): AccountSnapshot {
  const ended = (snapshot.past ?? []).filter(
    ({ since, expiresAt }) =>
      usedAt !== null && !isAfter(since, usedAt) && expiresAt !== null && isAfter(expiresAt, usedAt),
  )
  if (usedAt === null || ended.length === 0) return snapshot
  const held = heldPlans(catalog, [...snapshot.assignments, ...ended], usedAt)
  if (held.every((one, index) => isSame(one, snapshot.held[index]))) return snapshot
  return { ...snapshot, held, unitsHold: holdAt(snapshot.unitsHold, usedAt) }
}

const isSame = ({ plan, assignment }: HeldPlan, other: HeldPlan | undefined): boolean =>
  plan.versionId === other?.plan.versionId && assignment?.quantity === other.assignment?.quantity
