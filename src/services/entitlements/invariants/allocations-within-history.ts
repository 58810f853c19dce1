import type { CatalogPlanFeature, CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { defaultPlan } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { CodeRule } from '#services/catalog/invariants/invariant-rule.js'
import type { RuleOutcome } from '#services/catalog/invariants/rule-outcome.js'
import { findHeldResources } from './assignment-rules.sql.js'

/** Allocated resources of an account and feature, with everything that has ever granted the feature. */
export interface HeldResources {
  readonly accountId: string
  readonly feature: string
  readonly held: number
  readonly plans: { versionId: string; quantity: number; group: string }[] | null
  readonly packages: { versionId: string; quantity: number }[] | null
  readonly overrides: { amount: number | null; unlimited: boolean }[] | null
  readonly members: number | null
}

/**
 * A downgrade stops nothing, so that more may be allocated than today's limit; but never more than the most that the account was
 * ever allowed: the largest plan of each group, with everything that was ever added to it.
 */
export const allocationsWithinHistory: CodeRule = {
  name: 'allocations_within_history',
  description: 'An account never has more allocated resources than its limit has ever allowed.',
  check: (database, catalog) => checkAccounts(database, catalog, null),
  checkAccounts,
}

async function checkAccounts(
  database: Sql,
  catalog: CatalogSnapshot,
  accountIds: readonly string[] | null,
): Promise<RuleOutcome> {
  return compareWithHistory(catalog, await database.rows(findHeldResources, { accountIds }))
}

function compareWithHistory(catalog: CatalogSnapshot, rows: readonly HeldResources[]): RuleOutcome {
  const broken = rows.find((row) => row.held > maxEver(catalog, row))
  return {
    checked: rows.length,
    counterexample: broken
      ? { accountId: broken.accountId, feature: broken.feature, held: broken.held, maximum: maxEver(catalog, broken) }
      : null,
  }
}

function maxEver(catalog: CatalogSnapshot, { feature, plans, packages, overrides, members }: HeldResources): number {
  const amountOf = (granted: readonly CatalogPlanFeature[], quantity: number): number => {
    const of = granted.find((it) => it.feature.code === feature && it.enabled)
    if (!of) return 0
    if (of.unlimited) return Infinity
    const times = of.perSeat ? Math.max(quantity, members ?? 1) : of.perUnit ? quantity : 1
    return (of.amount ?? 0) * times
  }
  const groups = [...new Set(catalog.plans.map(({ group }) => group))]
  const ofPlans = groups.map((group) => {
    const held = (plans ?? []).filter((plan) => plan.group === group)
    const amounts = held.map(({ versionId, quantity }) =>
      amountOf(catalog.planByVersionId.get(versionId)?.features ?? [], quantity),
    )
    const versions = [...catalog.planByVersionId.values()].filter(({ id }) => id === defaultPlan(catalog, group).id)
    return Math.max(...amounts, ...versions.map((version) => amountOf(version.features, 1)))
  })
  const ofPackages = (packages ?? []).map(
    ({ versionId, quantity }) => amountOf(catalog.packageByVersionId.get(versionId)?.grants ?? [], 1) * quantity,
  )
  const ofOverrides = (overrides ?? []).map(({ amount, unlimited }) => (unlimited ? Infinity : (amount ?? 0)))
  return [...ofPlans, ...ofPackages, ...ofOverrides].reduce((sum, amount) => sum + amount, 0)
}
