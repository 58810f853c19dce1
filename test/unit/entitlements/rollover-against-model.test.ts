import fc from 'fast-check'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { decideRevocation } from '#services/entitlements/credits/decide-grant.js'
import { evaluateFeature } from '#services/entitlements/model/evaluate-entitlements.js'
import type { AccountSnapshot } from '#services/entitlements/model/account-snapshot.js'
import { heldPlans } from '#services/entitlements/model/held-plans.js'
import { nextRollover, presentSnapshot } from '#services/entitlements/model/rollover.js'
import { AccountDraft } from '#services/entitlements/usage/account-draft.js'
import { decideOperations } from '#services/entitlements/usage/decide-operations.js'
import { releaseExpired } from '#services/entitlements/usage/release-expired.js'
import type { Operation } from '#services/entitlements/usage/usage-operation.js'
import { accountSnapshot } from '#test/support/account-snapshot.js'
import { catalogFixture } from '#test/support/catalog-fixture.js'
import { RolloverModel, type ModelPlan } from '#test/support/rollover-model.js'

const PLANS: readonly ModelPlan[] = [
  { code: 'free', amount: 10, window: 'month', rollover: null },
  { code: 'basic', amount: 100, window: 'month', rollover: { share: 100, maximum: null, periods: 1 } },
  { code: 'plus', amount: 300, window: 'billing_period', rollover: { share: 50, maximum: 200, periods: 3 } },
  { code: 'individual', amount: 40, window: 'month', rollover: { share: 33, maximum: 60, periods: 2 } },
]
const TOKENS: FeatureDefinition = { ...catalogFixture.features.get('tokens')!, window: 'month' }

const catalog: CatalogSnapshot = (() => {
  const plans = catalogFixture.plans.map((plan) => {
    const { amount, window, rollover } = PLANS.find(({ code }) => code === plan.code)!
    const terms = rollover && {
      percent: rollover.share,
      amount: null,
      maximum: rollover.maximum,
      periods: rollover.periods,
    }
    const tokens = {
      feature: TOKENS,
      enabled: true,
      unlimited: false,
      amount,
      window,
      perSeat: false,
      perUnit: 'unit',
      text: null,
      ...(terms ? { rollover: terms } : {}),
    }
    return { ...plan, features: [tokens] }
  })
  return {
    ...catalogFixture,
    hasRollover: true,
    features: new Map([[TOKENS.code, TOKENS]]),
    plans,
    planByCode: new Map(plans.map((plan) => [plan.code, plan])),
    planByVersionId: new Map(plans.map((plan) => [plan.versionId, plan])),
  }
})()

/** An account in memory, whose grants are counted as the ledger writes them. */
class Account {
  snapshot: AccountSnapshot
  granted = 0
  used = 0
  expired = 0
  revoked = 0
  constructor(public at: Date) {
    this.snapshot = {
      ...accountSnapshot('free', { accountId: `acc_${'0'.repeat(26)}`, assignments: [], grants: [], usage: [] }),
      at,
      createdAt: at,
      held: heldPlans(catalog, [], at),
      rolled: { until: at, unwritten: [], writtenDebts: null },
    }
  }

  /** Facts at the present. Nothing is written by looking at them. */
  present = (): AccountSnapshot => presentSnapshot(catalog, this.snapshot, this.at)

  hasDebt = (): boolean => (this.snapshot.debts[TOKENS.code] ?? 0) > 0
  nextEnd = (): Date | null => nextRollover(this.present())

  run(operation: Operation): string {
    const decided = decideOperations(catalog, this.present(), [{ operation, known: null, held: null }])
    if (decided.change.event) this.count(decided.change.entries)
    this.snapshot = decided.snapshot
    const next = nextRollover(this.snapshot)
    // Each change schedules the sweep of the next end.
    if (decided.change.event && next) expect(this.snapshot.sweepAt!.getTime()).toBeLessThanOrEqual(next.getTime())
    return decided.outcomes[0]!.kind
  }

  revoke(from: number): void {
    const draft = new AccountDraft(catalog, this.present())
    releaseExpired(draft)
    const grant = draft.snapshot.grants.find(
      ({ grantedAt, revokedAt }) => revokedAt === null && grantedAt.getTime() === from,
    )!
    decideRevocation(draft, grant.id, 'refund')
    this.count(draft.change({ type: 'test', summary: '', data: {} }).entries)
    this.snapshot = draft.snapshotAfter()
  }

  plan(code: string, quantity: number, billingAnchor: Date): void {
    const { versionId, group } = catalog.planByCode.get(code)!
    const assignment = {
      id: 'asg',
      planVersionId: versionId,
      groupCode: group,
      sourceType: 'subscription',
      sourceId: 's',
      quantity,
      currency: null,
      since: this.at,
      billingAnchor,
      windowsSince: null,
      periodEnd: null,
      expiresAt: null,
    }
    const assignments = code === 'free' ? [] : [assignment]
    const present = this.present()
    this.snapshot = { ...present, assignments, held: heldPlans(catalog, assignments, this.at) }
  }

  private count(entries: readonly { kind: string; grantId: string | null; amount: number }[]): void {
    for (const { kind, grantId, amount } of entries) {
      if (!grantId) continue
      if (kind === 'GRANT') this.granted += amount
      if (kind === 'CONSUME') this.used -= amount
      if (kind === 'EXPIRE') this.expired -= amount
      if (kind === 'REVOKE') this.revoked -= amount
    }
  }
}

type Step =
  | { readonly kind: 'wait'; readonly hours: number }
  | { readonly kind: 'use'; readonly units: number }
  | { readonly kind: 'plan'; readonly plan: number; readonly quantity: number; readonly isNew: boolean }
  | { readonly kind: 'sweep' }
  | { readonly kind: 'refund'; readonly which: number }

const steps = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 24 * 40 }) }),
    },
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('use' as const), units: fc.integer({ min: 1, max: 250 }) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('plan' as const),
        plan: fc.integer({ min: 0, max: 3 }),
        quantity: fc.integer({ min: 1, max: 3 }),
        isNew: fc.boolean(),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('sweep' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('refund' as const), which: fc.nat(5) }) },
  ),
  { minLength: 10, maxLength: 50 },
)

/** Starts on days that some months do not have. */
const starts = fc.constantFrom(
  '2027-12-31T23:59:59.999Z',
  '2028-01-31T12:00:00.000Z',
  '2028-02-29T00:00:00.000Z',
  '2026-05-10T08:30:00.000Z',
)

describe('rollover against a model of its documentation', () => {
  it('grants, uses, expires and holds the same units over plan changes, pauses, refunds and missed jobs', () => {
    fc.assert(
      fc.property(starts, steps, (start, made: readonly Step[]) => {
        const account = new Account(new Date(start))
        let anchor = account.at
        const model = new RolloverModel(account.at.getTime(), PLANS[0]!, 1, account.at.getTime())
        for (const [index, step] of made.entries()) {
          if (step.kind === 'wait') {
            const until = new Date(account.at.getTime() + step.hours * 3_600_000)
            // A debt is repaid by what rolls over when it does: then no job is missed.
            for (let end = account.hasDebt() ? account.nextEnd() : null; end && end <= until; end = account.nextEnd()) {
              account.at = end
              account.run({ kind: 'sweep' })
            }
            account.at = until
            model.advance(until.getTime())
          } else if (step.kind === 'use') {
            const key = { principal: 'p', mutation: 'consume', key: `${index}`, request: '' }
            const done = account.run({ kind: 'consume', feature: 'tokens', amount: step.units, at: null, key })
            expect([index, done]).toEqual([index, model.use(step.units) ? 'consumed' : 'denied'])
          } else if (step.kind === 'plan') {
            // A pause is the default plan, and the same subscription keeps its anchor.
            if (step.isNew) anchor = account.at
            const plan = PLANS[step.plan]!
            const quantity = plan.code === 'free' ? 1 : step.quantity
            account.plan(plan.code, quantity, anchor)
            model.change(plan, quantity, plan.code === 'free' ? new Date(start).getTime() : anchor.getTime())
          } else if (step.kind === 'refund') {
            const rolled = model.rolledAt()
            const from = rolled[step.which % Math.max(1, rolled.length)]
            if (from === undefined) continue
            model.revoke(from)
            account.revoke(from)
          } else {
            account.run({ kind: 'sweep' })
            const { version } = account.snapshot
            account.run({ kind: 'sweep' })
            // The second run of a job changes nothing.
            expect(account.snapshot.version).toBe(version)
          }
          const { debts } = account.present()
          const remaining = evaluateFeature(catalog, account.present(), TOKENS).remaining
          expect([index, remaining, debts[TOKENS.code] ?? 0]).toEqual([index, model.available(), model.debt])
        }
        account.run({ kind: 'sweep' })
        expect(account.snapshot.debts[TOKENS.code] ?? 0).toBe(model.debt)
        expect(account.used).toBe(model.usedOfLots)
        const held = account.granted - account.used - account.expired - account.revoked
        expect(held).toBe(model.held())
        expect(model.granted - model.usedOfLots - model.expired - model.revoked).toBe(model.held())
      }),
      { seed: 51, numRuns: 300 },
    )
  })
})
