import { AccountDraft } from '#services/entitlements/usage/account-draft.js'
import { decideOperations } from '#services/entitlements/usage/decide-operations.js'
import type { Operation, Outcome } from '#services/entitlements/usage/usage-operation.js'
import { evaluateFeature } from '#services/entitlements/model/evaluate-entitlements.js'
import { snapshotAt, type Assignment, type AccountSnapshot } from '#services/entitlements/model/account-snapshot.js'
import { heldPlans } from '#services/entitlements/model/held-plans.js'
import { catalogFixture } from './catalog-fixture.js'
import { accountSnapshot } from './account-snapshot.js'

const FEATURES = new Map(catalogFixture.features)
FEATURES.set('tokens', { ...FEATURES.get('tokens')!, window: 'month' })
const plans = catalogFixture.plans.map((plan) => ({
  ...plan,
  features: plan.features.map((granted) =>
    granted.feature.code === 'tokens' ? { ...granted, window: 'month' as const } : granted,
  ),
}))
/** Fixture with a quota that resets every month. */
export const catalog = {
  ...catalogFixture,
  features: FEATURES,
  plans,
  planByVersionId: new Map(plans.map((plan) => [plan.versionId, plan])),
}

/** An account in memory: facts that only decisions move, and the ledger that they wrote. */
export class InMemoryAccount {
  snapshot: AccountSnapshot
  packs: string[] = []
  holds: string[] = []
  ledger: {
    operationNo: number
    kind: string
    grantId: string | null
    windowStart: Date | null
    amount: number
    balanceAfter: number
  }[] = []
  resources = new Set<string>()

  constructor(start: Date) {
    this.snapshot = snapshotAt(
      catalog,
      accountSnapshot('free', { accountId: `acc_${'0'.repeat(26)}`, assignments: [] }),
      start,
    )
  }
  private write(after: AccountSnapshot, entries: readonly InMemoryAccount['ledger'][number][]) {
    this.snapshot = after
    this.ledger.push(...entries)
  }
  run(operation: Operation, held: boolean | null = null): Outcome {
    const decided = decideOperations(catalog, this.snapshot, [{ operation, known: null, held }])
    this.write(decided.snapshot, decided.change.event ? decided.change.entries : [])
    return decided.outcomes[0]!
  }
  move(decide: (draft: AccountDraft) => void) {
    const draft = new AccountDraft(catalog, this.snapshot)
    decide(draft)
    const { entries } = draft.change({ type: 'test', summary: '', data: {} })
    this.write(draft.snapshotAfter(), entries)
  }
  plan(code: string) {
    const plan = catalog.plans.find((candidate) => candidate.code === code)!
    const since = this.snapshot.at
    const assignment: Assignment = {
      id: 'asg',
      planVersionId: plan.versionId,
      groupCode: plan.group,
      sourceType: 'subscription',
      sourceId: 's',
      quantity: 1,
      currency: null,
      since,
      billingAnchor: since,
      windowsSince: null,
      periodEnd: null,
      expiresAt: null,
    }
    const assignments = code === 'free' ? [] : [assignment]
    this.snapshot = {
      ...this.snapshot,
      version: this.snapshot.version + 1,
      assignments,
      held: heldPlans(catalog, assignments, since),
    }
  }
  used = (feature: string) => evaluateFeature(catalog, this.snapshot, catalog.features.get(feature)!).used
  remaining = (feature: string) => evaluateFeature(catalog, this.snapshot, catalog.features.get(feature)!).remaining
}
