import fc from 'fast-check'
import { exactCost } from '#services/catalog/tariffs/price-units.js'
import type { SpendCap } from '#services/entitlements/model/account-snapshot.js'
import { decideCheck } from '#services/entitlements/check/decide-check.js'
import { capStates, periodAt } from '#services/entitlements/model/decide-spend.js'
import { chargesOf } from '#services/entitlements/usage/entry-price.js'
import type { Outcome } from '#services/entitlements/usage/usage-operation.js'
import {
  catalog,
  FEATURE,
  feature,
  INCLUDED,
  OverageAccount,
  TARIFFS,
  type PlanCode,
} from '#test/support/overage-account.js'

// Random uses, reservations, plan changes, amendments, and a clock that jumps in both directions. Replay a failure with SEED=<the printed seed> npm test -- unit/entitlements/money-caps
const seed = Number(process.env['SEED'] ?? 20261125)

const cap = (terms: Partial<SpendCap>): SpendCap => ({
  id: `cap_${terms.period}_${terms.setByOperator}`,
  feature: FEATURE,
  period: 'DAY',
  setByOperator: false,
  amount: 10,
  currency: 'USD',
  subAccountId: null,
  userId: null,
  alertPercents: [50, 100],
  periodStart: new Date(0),
  used: 0,
  roundedUp: 0,
  ...terms,
})

/** Cost of a period by the ledger alone: it starts with the first use that the clock dates in it, and ends when a later one starts. */
interface Model {
  readonly start: Date
  readonly minor: number
}

class CappedAccount extends OverageAccount {
  private readonly models = new Map<string, Model>()
  private counted = 0

  states = () => capStates(catalog, this.snapshot, feature)

  /** Compares the caps with the charges of the ledger. */
  expectCaps(): void {
    const entries = this.ledger.slice(this.counted)
    this.counted = this.ledger.length
    for (const { cap: one, used, reserved, period } of this.states()) {
      const { start } = periodAt(this.snapshot, feature, one.period)
      const known = this.models.get(one.id) ?? { start, minor: 0 }
      const isCounted = entries.some(({ kind }) => kind === 'CONSUME')
      const model = isCounted && start > known.start ? { start, minor: 0 } : known
      // An amendment is entered at the time of the consumption, which can be of an earlier period.
      const minor = entries
        .flatMap(({ price, at }) => chargesOf(price).map(({ amountMinor }) => ({ amountMinor, at })))
        .filter(({ amountMinor, at }) => amountMinor > 0 || at >= model.start)
        .reduce((sum, { amountMinor }) => sum + amountMinor, model.minor)
      this.models.set(one.id, { ...model, minor: Math.max(0, minor) })
      if (period.start <= model.start) expect(used).toBeGreaterThanOrEqual(minor)
      expect(used + reserved).toBeLessThanOrEqual(one.amount)
    }
  }
}

const number = (min: number, max: number) => fc.integer({ min, max })
const plan = fc.constantFrom<PlanCode>('basic', 'plus', 'individual')
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
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('plan' as const), plan }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('jump' as const), hours: number(-30, 60) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('amend' as const), which: number(0, 50), share: number(0, 100) }),
  },
)

const code = (outcome: Outcome | null): string | null => (outcome?.kind === 'denied' ? outcome.denial.code : null)

describe('caps in money', () => {
  it('allow units whose exact cost is at most the cap, as many as fit, and none at 0', () => {
    fc.assert(
      fc.property(number(0, 8), fc.array(number(1, 30), { minLength: 1, maxLength: 40 }), (amount, uses) => {
        const account = new CappedAccount()
        account.hold('basic')
        account.cap(cap({ period: 'MONTH', amount }))
        let beyond = 0 - INCLUDED.basic
        for (const units of uses) {
          const fits = Number(exactCost(TARIFFS.basic, Math.max(0, beyond + units))) <= amount * 1e9
          const isAllowed = code(account.use(units)) === null
          expect([amount, beyond, units, isAllowed]).toEqual([amount, beyond, units, fits && beyond + units <= 70])
          if (isAllowed) beyond += units
        }
      }),
      { seed },
    )
  })

  it('are never exceeded, and never deny a commit of reserved units', () => {
    const happened = { denied: 0, raised: 0, committed: 0 }
    fc.assert(
      fc.property(
        number(4, 30),
        number(4, 60),
        fc.array(step, { minLength: 30, maxLength: 60 }),
        (daily, monthly, steps) => {
          const account = new CappedAccount()
          account.hold('basic')
          account.cap(
            cap({ period: 'DAY', amount: daily }),
            cap({ period: 'MONTH', amount: monthly, setByOperator: true }),
            cap({ period: 'BILLING_PERIOD', amount: monthly }),
          )
          for (const one of steps) {
            if (one.kind === 'jump') account.jump(one.hours)
            else if (one.kind === 'plan') account.hold(one.plan)
            else if (one.kind === 'amend') account.amend(one.which, one.share)
            else if (one.kind === 'commit') {
              const held = account.heldUnits(one.which)
              const outcome = account.commit(one.which, one.amount)
              if (held !== null && (one.amount ?? held) <= held) {
                expect(code(outcome)).not.toBe('SPEND_CAP_REACHED')
                if (outcome?.kind === 'consumed') happened.committed++
              }
            } else {
              const run = () =>
                one.kind === 'use' ? account.use(one.amount) : account.reserve(one.amount, one.seconds)
              const before = account.snapshot
              const outcome = run()
              if (code(outcome) === 'SPEND_CAP_REACHED' && outcome.kind === 'denied') {
                happened.denied++
                const [raise] = outcome.denial.remedies.filter(({ kind }) => kind === 'RAISE_SPEND_CAP')
                if (raise) {
                  // The stated money suffices, and less does not.
                  const { period, limit } = raise.spendCap!
                  for (const less of [0, 1]) {
                    account.cap(
                      ...before.caps.map((known) =>
                        known.period === period && !known.setByOperator
                          ? { ...known, amount: limit.money!.amountMinor - less }
                          : known,
                      ),
                    )
                    expect(code(decide(account, one.amount))).toBe(less === 0 ? null : 'SPEND_CAP_REACHED')
                  }
                  account.cap(...before.caps)
                  happened.raised++
                }
              }
            }
            account.expectCaps()
          }
        },
      ),
      { seed, numRuns: 60 },
    )
    expect(happened.denied).toBeGreaterThan(100)
    expect(happened.raised).toBeGreaterThan(30)
    expect(happened.committed).toBeGreaterThan(20)
  })

  /** The decision about a use, which changes nothing. */
  const decide = (account: CappedAccount, amount: number): Outcome => {
    const { denial } = decideCheck(catalog, account.snapshot, FEATURE, amount)
    return denial ? { kind: 'denied', denial } : { kind: 'swept' }
  }

  it('count only units beyond the allowance, and say so', () => {
    const account = new CappedAccount()
    account.hold('basic')
    account.cap(cap({ amount: 10 }))
    // 40 units are included, 25 units at 0.4 cents cost 10 cents.
    expect(account.use(64).kind).toBe('consumed')
    const denied = decideCheck(catalog, account.snapshot, FEATURE, 3)
    expect(denied.denial).toMatchObject({
      code: 'SPEND_CAP_REACHED',
      message:
        'Your cap of $0.10 for tokens beyond the allowance per day allows $0.00 more until January 16, 2026 at 12:00 AM UTC: $0.10 used, $0.01 for 3 units requested.',
    })
    expect(denied.denial!.remedies).toMatchObject([
      { kind: 'WAIT', at: new Date('2026-01-16T00:00:00Z') },
      {
        kind: 'RAISE_SPEND_CAP',
        spendCap: { feature: FEATURE, period: 'DAY', limit: { money: { amountMinor: 11, currency: 'USD' } } },
      },
    ])
    expect(denied.explain).toContain(denied.denial!.message)
    // A sub-account of the pool does not see the price.
    const pooled = {
      ...account.snapshot,
      accountId: 'acc_sub',
      pool: account.snapshot,
      parentId: account.snapshot.accountId,
    }
    const shared = decideCheck({ ...catalog, pools: [FEATURE] }, pooled, FEATURE, 3)
    expect(shared.denial).toMatchObject({
      code: 'SPEND_CAP_REACHED',
      message:
        'The cap of the pool for tokens beyond the allowance per day does not allow 3 units until January 16, 2026 at 12:00 AM UTC.',
    })
    // Units within an allowance cost nothing.
    account.hold('plus')
    expect(account.use(36).kind).toBe('consumed')
    expect(account.states()).toMatchObject([{ used: 10, remaining: 0 }])
  })
})
