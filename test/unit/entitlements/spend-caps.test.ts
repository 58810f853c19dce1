import fc from 'fast-check'
import type { SpendCap } from '#services/entitlements/model/account-snapshot.js'
import { capStates, periodAt } from '#services/entitlements/model/decide-spend.js'
import type { Outcome } from '#services/entitlements/usage/usage-operation.js'
import { catalog, FEATURE, feature, OverageAccount, type PlanCode } from '#test/support/overage-account.js'

// Random uses, reservations, plan changes, packs, and a clock that jumps in both directions. Replay a failure with SEED=<the printed seed> npm test -- unit/entitlements/spend-caps
const seed = Number(process.env['SEED'] ?? 20261125)

const cap = (terms: Pick<SpendCap, 'period' | 'amount'> & Partial<SpendCap>): SpendCap => ({
  id: `cap_${terms.period}`,
  feature: FEATURE,
  setByOperator: false,
  currency: null,
  subAccountId: null,
  userId: null,
  alertPercents: [],
  periodStart: new Date(0),
  used: 0,
  roundedUp: 0,
  ...terms,
})

class CappedAccount extends OverageAccount {
  /** Units by cap, as the ledger alone has them: a period starts with the first use that the clock dates in it. */
  private readonly models = new Map<string, { readonly start: Date; readonly units: number }>()
  private counted = 0

  expectCaps(): void {
    const consumed = this.ledger.slice(this.counted).filter(({ kind }) => kind === 'CONSUME')
    this.counted = this.ledger.length
    const units = consumed.reduce((sum, { amount }) => sum - amount, 0)
    for (const { cap: one, used, reserved, period } of capStates(catalog, this.snapshot, feature)) {
      const { start } = periodAt(this.snapshot, feature, one.period)
      const known = this.models.get(one.id) ?? { start, units: 0 }
      const model =
        consumed.length > 0 && start > known.start ? { start, units } : { ...known, units: known.units + units }
      this.models.set(one.id, model)
      if (period.start <= model.start) expect(used).toBe(model.units)
      expect(model.units).toBeLessThanOrEqual(one.amount)
      expect(used + reserved).toBeLessThanOrEqual(one.amount)
    }
  }
}

const number = (min: number, max: number) => fc.integer({ min, max })
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('use' as const), amount: number(1, 50) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('reserve' as const), amount: number(1, 60), seconds: number(1, 300_000) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('commit' as const),
      which: number(0, 9),
      amount: fc.option(number(1, 80)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('plan' as const),
      plan: fc.constantFrom<PlanCode>('basic', 'plus', 'individual'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pack' as const), amount: number(1, 100) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('jump' as const), hours: number(-30, 60) }) },
)

const code = (outcome: Outcome | null): string | null => (outcome?.kind === 'denied' ? outcome.denial.code : null)

describe('caps in units', () => {
  it('are never exceeded, and never deny a commit of reserved units', () => {
    const happened = { denied: 0, committed: 0, consumed: 0 }
    fc.assert(
      fc.property(
        number(20, 120),
        number(60, 240),
        fc.array(step, { minLength: 30, maxLength: 60 }),
        (daily, monthly, steps) => {
          const account = new CappedAccount()
          account.hold('plus')
          account.cap(
            cap({ period: 'DAY', amount: daily }),
            cap({ period: 'MONTH', amount: monthly, setByOperator: true }),
            cap({ period: 'BILLING_PERIOD', amount: monthly }),
          )
          for (const one of steps) {
            if (one.kind === 'jump') account.jump(one.hours)
            else if (one.kind === 'plan') account.hold(one.plan)
            else if (one.kind === 'pack') account.pack(one.amount)
            else if (one.kind === 'commit') {
              const held = account.heldUnits(one.which)
              const outcome = account.commit(one.which, one.amount)
              if (held !== null && (one.amount ?? held) <= held) {
                expect(code(outcome)).not.toBe('SPEND_CAP_REACHED')
                if (outcome?.kind === 'consumed') happened.committed++
              }
            } else {
              const outcome = one.kind === 'use' ? account.use(one.amount) : account.reserve(one.amount, one.seconds)
              if (code(outcome) === 'SPEND_CAP_REACHED') happened.denied++
              if (outcome.kind === 'consumed') happened.consumed++
            }
            account.expectCaps()
          }
        },
      ),
      { seed, numRuns: 60 },
    )
    expect(happened.denied).toBeGreaterThan(100)
    expect(happened.committed).toBeGreaterThan(20)
    expect(happened.consumed).toBeGreaterThan(100)
  })
})
