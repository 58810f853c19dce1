import fc from 'fast-check'
import type { CapPeriod } from '#entities/entitlements/spend-cap.entity.js'
import type { SpendCap } from '#services/entitlements/model/account-snapshot.js'
import type { Crossing } from '#services/entitlements/model/alert.js'
import { chargesOf } from '#services/entitlements/usage/entry-price.js'
import { FEATURE, OverageAccount, START, type PlanCode } from '#test/support/overage-account.js'

// Random uses, reservations, amendments, plans, and a clock that jumps in both directions. Replay a failure with SEED=<the printed seed> npm test -- cap-alerts
const seed = Number(process.env['SEED'] ?? 20261125)

const number = (min: number, max: number) => fc.integer({ min, max })
const kind = <Kind extends string>(name: Kind) => fc.constant(name)
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: kind('use'), amount: number(1, 40) }) },
  { weight: 4, arbitrary: fc.record({ kind: kind('reserve'), amount: number(1, 40), seconds: number(1, 300_000) }) },
  { weight: 4, arbitrary: fc.record({ kind: kind('commit'), which: number(0, 9), amount: fc.option(number(1, 50)) }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('release'), which: number(0, 9) }) },
  { weight: 5, arbitrary: fc.record({ kind: kind('amend'), which: number(0, 50), share: number(0, 100) }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('plan'), plan: fc.constantFrom<PlanCode>('basic', 'plus') }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('jump'), hours: number(-30, 60) }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('jump'), hours: number(200, 900) }) },
)
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never

const PERIODS: readonly CapPeriod[] = ['DAY', 'MONTH', 'BILLING_PERIOD']
const someCaps = fc.array(
  fc.record({
    period: fc.constantFrom(...PERIODS),
    // Money is in cents: a unit beyond the allowance costs 0.4 or 0.15.
    currency: fc.constantFrom(null, 'USD'),
    // Round numbers, so that uses also reach a level exactly.
    amount: fc.oneof(number(4, 120), fc.constantFrom(10, 20, 50, 100)),
    alertPercents: fc
      .uniqueArray(fc.oneof(number(1, 100), fc.constantFrom(10, 50, 100)), { minLength: 1, maxLength: 5 })
      .map((percents) => percents.toSorted((left, right) => left - right)),
  }),
  { minLength: 1, maxLength: 4 },
)

/** Start of a period by the calendar. The billing periods begin when the account does. */
function startOf(period: CapPeriod, at: Date): number {
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()]
  if (period === 'DAY') return Date.UTC(year, month, day)
  if (period === 'MONTH') return Date.UTC(year, month)
  const ofMonth = (index: number) => Date.UTC(year, index, START.getUTCDate(), START.getUTCHours())
  return ofMonth(at.getTime() < ofMonth(month) ? month - 1 : month)
}

/** Use of a cap by the ledger alone, and the levels that it has reached. */
class Model {
  private start = 0
  private used = 0
  readonly reached = new Set<string>()
  /** Levels that were reached again after an amendment. */
  repeated = 0

  constructor(private readonly cap: SpendCap) {}

  use(at: Date, amount: number): void {
    this.begin(at)
    this.add(amount)
  }

  /** A use or a reservation begins a period, and no period begins before another one. */
  begin(at: Date): void {
    const start = startOf(this.cap.period, at)
    if (start > this.start) [this.start, this.used] = [start, 0]
  }

  /** Units of a consumption that the present period does not count leave it unchanged. */
  amend(usedAt: Date, now: Date, amount: number): void {
    const start = Math.max(this.start, startOf(this.cap.period, now))
    if (usedAt.getTime() >= start) this.add(-amount)
  }

  private add(amount: number): void {
    const from = this.used
    this.used = Math.max(0, from + amount)
    for (const percent of this.cap.alertPercents) {
      const level = (this.cap.amount * percent) / 100
      if (this.used < level || from >= level) continue
      const key = keyOf({ alertId: this.cap.id, key: `${new Date(this.start).toISOString()} ${percent}` })
      if (this.reached.has(key)) this.repeated++
      this.reached.add(key)
    }
  }
}

/** Primary key of the table of crossings. */
const keyOf = ({ alertId, key }: Pick<Crossing, 'alertId' | 'key'>): string => `${alertId} ${key}`

function run(account: OverageAccount, one: Step): void {
  switch (one.kind) {
    case 'use':
      return void account.use(one.amount)
    case 'reserve':
      return void account.reserve(one.amount, one.seconds)
    case 'commit':
      return void account.commit(one.which, one.amount)
    case 'release':
      return void account.release(one.which)
    case 'plan':
      return account.hold(one.plan)
    case 'jump':
      return account.jump(one.hours)
  }
}

describe('alerts of caps', () => {
  it('are one for each level and period, whatever happens between', () => {
    const seen = { reached: 0, repeated: 0, periods: new Set<string>() }
    fc.assert(
      fc.property(someCaps, fc.array(step, { minLength: 30, maxLength: 70 }), (terms, steps) => {
        const caps = terms.map((one, index): SpendCap => {
          const id = `cap_${index}`
          return {
            ...one,
            id,
            feature: FEATURE,
            setByOperator: false,
            subAccountId: null,
            userId: null,
            periodStart: new Date(0),
            used: 0,
            roundedUp: 0,
          }
        })
        const account = new OverageAccount()
        account.hold('basic')
        account.cap(...caps)
        const models = caps.map((cap) => ({ cap, model: new Model(cap) }))
        const stored = new Set<string>()
        for (const one of steps) {
          const [consumptions, entries, alerts] = [account.consumptions, account.ledger, account.crossings].map(
            ({ length }) => length,
          ) as [number, number, number]
          const [now, holds] = [account.snapshot.at, account.holds.length]
          const amended = one.kind === 'amend' ? account.consumptions[one.which % Math.max(1, consumptions)] : undefined
          const units = amended?.counted ?? 0
          if (one.kind === 'amend') account.amend(one.which, one.share)
          else run(account, one)

          const costs = account.ledger
            .slice(entries)
            .flatMap(({ price }) => chargesOf(price))
            .reduce((sum, { amountMinor }) => sum + amountMinor, 0)
          const used = account.consumptions[consumptions]
          for (const { cap, model } of models)
            if (account.holds.length > holds) model.begin(now)
            else if (used) model.use(now, cap.currency === null ? used.counted : costs)
            else if (amended && amended.counted < units)
              model.amend(amended.at, now, cap.currency === null ? units - amended.counted : -costs)

          const written = account.crossings.slice(alerts).map(keyOf)
          expect(new Set(written).size).toBe(written.length)
          for (const key of written) stored.add(key)
          expect(stored).toEqual(new Set(models.flatMap(({ model }) => [...model.reached])))
        }
        seen.reached += stored.size
        seen.repeated += models.reduce((sum, { model }) => sum + model.repeated, 0)
        for (const { alertId, windowStart } of account.crossings) {
          const { period, currency } = caps.find(({ id }) => id === alertId)!
          seen.periods.add(`${period} ${currency} ${windowStart!.toISOString()}`)
        }
      }),
      { seed, numRuns: 150 },
    )
    // The random sequences contain each kind of cap, several periods, and levels that an amendment made reachable again.
    expect(seen.reached).toBeGreaterThan(500)
    expect(seen.repeated).toBeGreaterThan(30)
    for (const period of PERIODS)
      for (const currency of [null, 'USD'])
        expect([...seen.periods].filter((one) => one.startsWith(`${period} ${currency} `)).length).toBeGreaterThan(1)
  })
})
