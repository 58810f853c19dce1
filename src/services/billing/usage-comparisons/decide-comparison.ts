import type { ComparedDecision, OwnDecision } from '#entities/billing/usage-compared-use.entity.js'
import type {
  ComparedFeature,
  ComparisonState,
  UsageDifferenceKind,
} from '#entities/billing/usage-comparison-account.entity.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { priceWork } from '#services/entitlements/model/price-work.js'
import type { Work } from '#services/entitlements/model/work.js'
import { snapshotAt, type AccountSnapshot } from '#services/entitlements/model/account-snapshot.js'
import { evaluateFeature } from '#services/entitlements/model/evaluate-entitlements.js'
import { decideOperations, type Decided } from '#services/entitlements/usage/decide-operations.js'
import type { Operation } from '#services/entitlements/usage/usage-operation.js'
import { refused } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { countedAfter, withCounted } from './counted-usage.js'

/** A use with the decision of the other engine. */
export interface ObservedUse {
  readonly feature: FeatureDefinition
  readonly amount: number
  readonly work: Work | null
  readonly usedAt: Date
  readonly theirs: ComparedDecision
}

export interface ComparedOutcome {
  readonly ours: OwnDecision
  readonly differences: readonly UsageDifferenceKind[]
  readonly state: ComparisonState
}

/**
 * Pure: decides a use as `consume` would and compares the decisions. Reality decides what counts afterwards: a use that the other
 * engine denied counts nothing, and a use that it allowed counts as far as units are available here.
 */
export function decideComparison(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  state: ComparisonState,
  use: ObservedUse,
  now: Date,
): ComparedOutcome | Denied {
  const ledger = snapshotAt(catalog, snapshot, use.usedAt)
  const before = withCounted(ledger, state)
  const decided = decide(catalog, before, use)
  const [outcome] = decided.outcomes
  if (outcome!.kind === 'rerouted')
    return denied(
      refused('INVALID_PARAMETERS', 'The units of this feature belong to a pool. Compare the usage of the parent.', {
        field: 'accountId',
      }),
    )
  const consumption = outcome!.kind === 'consumed' ? outcome!.consumption : null
  const denial = outcome!.kind === 'denied' ? outcome!.denial : null
  const covered = use.theirs.allowed ? (consumption ? decided : cover(catalog, before, use)) : null
  const after = covered?.snapshot ?? before
  const entitlement = evaluateFeature(catalog, after, use.feature)
  const charged = consumption?.charges ?? []
  const ours: OwnDecision = {
    allowed: consumption !== null,
    units: consumption?.amount ?? null,
    costMinor: charged.length > 0 ? charged.reduce((sum, { amountMinor }) => sum + amountMinor, 0) : null,
    currency: charged[0]?.currency ?? null,
    remaining: entitlement.remaining,
    resetsAt: entitlement.resetsAt?.toISOString() ?? null,
    denialCode: denial?.code ?? null,
    denialMessage: denial?.message ?? null,
    uncovered: use.theirs.allowed && !consumption ? wantedUnits(catalog, before, use) - unitsOf(covered) : 0,
  }
  const known = state.features[use.feature.code] ?? NOTHING_COMPARED
  const { differences, ...gaps } = compare(use.theirs, ours, known)
  const counts: Partial<Record<UsageDifferenceKind, number>> = { ...known.differences }
  for (const kind of differences) counts[kind] = (counts[kind] ?? 0) + 1
  return {
    ours,
    differences,
    state: {
      ...(covered ? countedAfter(ledger, state, after, now) : state),
      features: {
        ...state.features,
        [use.feature.code]: {
          compared: known.compared + 1,
          equal: known.equal + (differences.length === 0 ? 1 : 0),
          uncovered: known.uncovered + ours.uncovered,
          differences: counts,
          ...gaps,
        },
      },
    },
  }
}

const NOTHING_COMPARED: ComparedFeature = {
  compared: 0,
  equal: 0,
  uncovered: 0,
  differences: {},
  remainingGap: 0,
  resetGap: 0,
}

const decide = (
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  { feature, amount, work }: Pick<ObservedUse, 'feature' | 'amount' | 'work'>,
): Decided => {
  // The row of the comparison has the key, and nothing is written.
  const key = { principal: 'usage_comparison', mutation: 'compareUsage', key: '', request: '' }
  const operation: Operation = { kind: 'consume', feature: feature.code, amount, work, at: null, key }
  return decideOperations(catalog, snapshot, [{ operation, known: null, held: null }])
}

/** Counts the available units of a use that is denied here and happened. Null if there are none. */
function cover(catalog: CatalogSnapshot, before: AccountSnapshot, use: ObservedUse): Decided | null {
  const { remaining, overage } = evaluateFeature(catalog, before, use.feature)
  const amount = Math.min(wantedUnits(catalog, before, use), (remaining ?? 0) + (overage?.remaining ?? 0))
  if (amount <= 0) return null
  const decided = decide(catalog, before, { feature: use.feature, amount, work: null })
  return decided.outcomes[0]!.kind === 'consumed' ? decided : null
}

function unitsOf(decided: Decided | null): number {
  const outcome = decided?.outcomes[0]
  return outcome?.kind === 'consumed' ? outcome.consumption.amount : 0
}

/** Units of a use. 0 for work that the rate card does not price. */
function wantedUnits(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  { feature, amount, work }: ObservedUse,
): number {
  if (!work) return amount
  const priced = priceWork(catalog, snapshot, feature, work)
  return 'denial' in priced ? 0 : priced.price.units
}

/**
 * Pure: kinds of differences. Remaining units and resets differ only if their gap is another one than that of the last use, so that
 * one cause is one difference.
 */
function compare(theirs: ComparedDecision, ours: OwnDecision, known: ComparedFeature) {
  const differences: UsageDifferenceKind[] = []
  let { remainingGap, resetGap } = known
  if (theirs.resetsAt !== null) {
    const gap = ours.resetsAt === null ? 'NEVER' : Date.parse(theirs.resetsAt) - Date.parse(ours.resetsAt)
    if (gap !== 0 && gap !== resetGap) differences.push('RESET')
    resetGap = gap
  }
  if (theirs.allowed !== ours.allowed) differences.push(theirs.allowed ? 'ALLOWED_THERE' : 'DENIED_THERE')
  else if (theirs.allowed) {
    if (theirs.units !== null && theirs.units !== ours.units) differences.push('UNITS')
    if (theirs.currency !== null && !isSameCost(theirs, ours)) differences.push('COST')
    if (theirs.remaining !== null) {
      const gap = ours.remaining === null ? 'UNLIMITED' : theirs.remaining - ours.remaining
      if (gap !== 0 && gap !== remainingGap) differences.push('REMAINING')
      remainingGap = gap
    }
  }
  return { differences, remainingGap, resetGap }
}

const isSameCost = (theirs: ComparedDecision, ours: OwnDecision): boolean =>
  (theirs.costMinor ?? 0) === (ours.costMinor ?? 0) && (ours.currency === null || theirs.currency === ours.currency)
