import fc from 'fast-check'
import { exactCost } from '#services/catalog/tariffs/price-units.js'
import { decideCheck } from '#services/entitlements/check/decide-check.js'
import type { SpendCap } from '#services/entitlements/model/account-snapshot.js'
import { allCapStates, capStates, periodAt } from '#services/entitlements/model/decide-spend.js'
import type { Outcome } from '#services/entitlements/usage/usage-operation.js'
import { chargesOf } from '#services/entitlements/usage/entry-price.js'
import { catalog, FEATURE, feature, OverageAccount, type PlanCode } from '#test/support/overage-account.js'

// Random uses, reservations, commits, releases, amendments and plans of several members. Replay a failure with SEED=<the printed seed> npm test -- unit/entitlements/member-caps
const seed = Number(process.env['SEED'] ?? 20261125)

const MEMBERS = ['usr_ann', 'usr_bob', 'usr_eve'] as const
const PERIODS = ['DAY', 'MONTH', 'BILLING_PERIOD'] as const

const cap = (
  userId: string | null,
  period: SpendCap['period'],
  amount: number,
  currency: string | null = null,
): SpendCap => ({
  id: `cap_${userId}_${period}_${currency}`,
  feature: FEATURE,
  period,
  setByOperator: false,
  amount,
  currency,
  subAccountId: null,
  userId,
  alertPercents: [50, 100],
  periodStart: new Date(0),
  used: 0,
  roundedUp: 0,
})

const statesOfMembers = ({ snapshot }: OverageAccount) =>
  allCapStates(catalog, snapshot).filter(({ cap: { userId } }) => userId !== null)

class TeamAccount extends OverageAccount {
  constructor(caps: readonly SpendCap[], pack = 100_000) {
    super()
    this.hold('plus')
    if (pack > 0) this.pack(pack)
    this.snapshot = { ...this.snapshot, caps }
  }

  expectCaps(): void {
    for (const { cap: one, used, reserved } of statesOfMembers(this))
      expect({ cap: one.id, isExceeded: used + reserved > one.amount }).toEqual({ cap: one.id, isExceeded: false })
  }

  /** Units of a member in a period by the ledger alone. */
  usedBy(userId: string, since: Date): number {
    return this.ledger
      .filter((entry) => entry.userId === userId && ['CONSUME', 'ADJUST'].includes(entry.kind) && entry.at >= since)
      .reduce((sum, { amount }) => sum - amount, 0)
  }

  /** Compares use and reservations of every member with the ledger and the open reservations. */
  expectSumsOfMembers(): void {
    for (const { cap: one, used, reserved } of statesOfMembers(this)) {
      const { start } = periodAt(this.snapshot, feature, one.period)
      const held = this.snapshot.reservations.filter(
        ({ userId, expiresAt }) => userId === one.userId && expiresAt > this.snapshot.at,
      )
      if (one.currency === null)
        expect({ cap: one.id, used, reserved }).toEqual({
          cap: one.id,
          used: this.usedBy(one.userId!, start),
          reserved: held.reduce((sum, { amount }) => sum + amount, 0),
        })
      else {
        const exact = this.costBy(one.userId, start)
        const ofHolds = held
          .flatMap(({ parts }) => parts)
          .map(({ overage, amount }) => (overage ? Number(exactCost(overage.tariff, amount)) : 0))
        expect({ cap: one.id, used, reserved }).toEqual({
          cap: one.id,
          used: Math.ceil(exact / BILLION),
          reserved: Math.ceil(ofHolds.reduce((sum, cost) => sum + cost, exact) / BILLION) - Math.ceil(exact / BILLION),
        })
      }
    }
  }

  /** Exact cost of a member in a period by the ledger alone, in billionths of a cent. Null: everybody. */
  costBy(userId: string | null, since: Date): number {
    return this.ledger
      .filter((entry) => (userId === null || entry.userId === userId) && entry.at >= since)
      .flatMap(({ price }) => chargesOf(price))
      .reduce((sum, { units, tariff }) => sum + Math.sign(units) * Number(exactCost(tariff, Math.abs(units))), 0)
  }
}

const BILLION = 1_000_000_000

const number = (min: number, max: number) => fc.integer({ min, max })
const user = fc.constantFrom(...MEMBERS, null)
const step = (jumps: fc.Arbitrary<number>) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('use' as const), user, amount: number(1, 40) }) },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('reserve' as const),
        user,
        amount: number(1, 40),
        seconds: number(1, 300_000),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('commit' as const),
        which: number(0, 9),
        amount: fc.option(number(1, 60)),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('release' as const), which: number(0, 9) }) },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('amend' as const), which: number(0, 50), share: number(0, 100) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('jump' as const), hours: jumps }) },
  )
const steps = (jumps: fc.Arbitrary<number>) => fc.array(step(jumps), { minLength: 30, maxLength: 60 })
type Step = ReturnType<typeof step> extends fc.Arbitrary<infer One> ? One : never

function run(account: TeamAccount, step: Step): Outcome | null {
  switch (step.kind) {
    case 'use':
      return account.use(step.amount, step.user)
    case 'reserve':
      return account.reserve(step.amount, step.seconds, step.user)
    case 'commit':
      return account.commit(step.which, step.amount)
    case 'release':
      return account.release(step.which)
    case 'amend':
      account.amend(step.which, step.share)
      return null
    case 'jump':
      account.jump(step.hours)
      return null
  }
}

const deniedByCap = (outcome: Outcome | null) =>
  outcome?.kind === 'denied' && outcome.denial.code === 'SPEND_CAP_REACHED' ? outcome.denial : null

const limits = fc.array(number(20, 120), { minLength: 9, maxLength: 9 })
const capsOf = (amounts: readonly number[]) =>
  MEMBERS.flatMap((member, row) => PERIODS.map((period, index) => cap(member, period, amounts[row * 3 + index]!)))

describe('caps of members', () => {
  it('equal the ledger of each member, and the denial names the cap that its remedy lifts', () => {
    const happened = { denied: 0, raised: 0, consumed: 0, unnamed: 0 }
    fc.assert(
      fc.property(limits, steps(number(0, 60)), (amounts, sequence) => {
        const account = new TeamAccount(capsOf(amounts))
        for (const step of sequence) {
          const before = account.snapshot
          const outcome = run(account, step)
          if (outcome?.kind === 'consumed') happened.consumed++
          const denial = deniedByCap(outcome)
          // A use without a member is never denied by the cap of one.
          if (step.kind === 'use' && step.user === null) {
            expect(denial).toBeNull()
            happened.unnamed++
          }
          if (denial && step.kind === 'use') {
            happened.denied++
            expect(denial.message).toContain('The cap of this member of ')
            const raise = denial.remedies.find(({ kind }) => kind === 'RAISE_SPEND_CAP')?.spendCap
            if (raise) {
              happened.raised++
              expect(raise.userId).toBe(step.user)
              for (const less of [1, 0]) {
                account.snapshot = {
                  ...before,
                  caps: before.caps.map((one) =>
                    one.userId === raise.userId && one.period === raise.period
                      ? { ...one, amount: raise.limit.units! - less }
                      : one,
                  ),
                }
                expect(deniedByCap(run(account, step)) !== null).toBe(less === 1)
              }
              // The use that was allowed stays.
              account.expectSumsOfMembers()
            }
          }
          account.expectCaps()
          account.expectSumsOfMembers()
        }
      }),
      { seed, numRuns: 60 },
    )
    expect(happened.denied).toBeGreaterThan(100)
    expect(happened.raised).toBeGreaterThan(30)
    expect(happened.consumed).toBeGreaterThan(300)
    expect(happened.unnamed).toBeGreaterThan(50)
  })

  it('are never exceeded with a clock that jumps, and never deny a commit of reserved units', () => {
    const happened = { denied: 0, committed: 0 }
    fc.assert(
      fc.property(limits, steps(number(-30, 60)), (amounts, sequence) => {
        const account = new TeamAccount(capsOf(amounts))
        for (const step of sequence) {
          const held = step.kind === 'commit' ? account.heldUnits(step.which) : null
          const outcome = run(account, step)
          const denial = deniedByCap(outcome)
          if (denial) happened.denied++
          if (step.kind === 'commit' && held !== null && (step.amount ?? held) <= held) {
            expect(denial).toBeNull()
            if (outcome?.kind === 'consumed') happened.committed++
          }
          account.expectCaps()
        }
      }),
      { seed, numRuns: 60 },
    )
    expect(happened.denied).toBeGreaterThan(100)
    expect(happened.committed).toBeGreaterThan(20)
  })

  it('limit one member, within the cap of the account', () => {
    const account = new TeamAccount([cap('usr_ann', 'DAY', 10), cap(null, 'DAY', 15)])
    expect(account.use(8, 'usr_ann').kind).toBe('consumed')
    expect(deniedByCap(account.use(3, 'usr_ann'))?.message).toMatch(/^The cap of this member of 10 /)
    expect(deniedByCap(account.use(8, 'usr_bob'))?.message).toMatch(/^Your cap of 15 /)
    expect(account.use(7, 'usr_bob').kind).toBe('consumed')
    expect(capStates(catalog, account.snapshot, feature).map(({ used }) => used)).toEqual([15])
    expect(statesOfMembers(account).map(({ used }) => used)).toEqual([8])
  })

  it('have one alert for each level of a period', () => {
    const account = new TeamAccount([cap('usr_ann', 'DAY', 10)])
    const before = account.crossings.length
    for (const amount of [4, 1, 5]) account.use(amount, 'usr_ann')
    account.use(5, 'usr_bob')
    expect(account.crossings.slice(before).map(({ percent, value }) => ({ percent, value }))).toEqual([
      { percent: 50, value: 5 },
      { percent: 100, value: 10 },
    ])
  })
})

/** Steps with changes of the plan, and so of the price. */
const pricedSteps = (jumps: fc.Arbitrary<number>) => {
  const plan = fc.constantFrom<PlanCode>('basic', 'plus', 'individual')
  return fc.array(
    fc.oneof(
      { weight: 24, arbitrary: step(jumps) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('plan' as const), plan }) },
    ),
    { minLength: 30, maxLength: 60 },
  )
}

const runPriced = (
  account: TeamAccount,
  one: Step | { readonly kind: 'plan'; readonly plan: PlanCode },
): Outcome | null => {
  if (one.kind !== 'plan') return run(account, one)
  account.hold(one.plan)
  return null
}

const moneyLimits = fc.array(number(1, 8), { minLength: 9, maxLength: 9 })
const moneyCapsOf = (amounts: readonly number[]) =>
  MEMBERS.flatMap((member, row) =>
    PERIODS.map((period, index) => cap(member, period, amounts[row * 3 + index]!, 'USD')),
  )

describe('caps of members in money', () => {
  it('equal the ledger of each member, and the denial names the cap that its remedy lifts', () => {
    const happened = { denied: 0, raised: 0, charged: 0, amended: 0, free: 0, unnamed: 0 }
    fc.assert(
      fc.property(moneyLimits, pricedSteps(number(0, 60)), (amounts, sequence) => {
        const account = new TeamAccount([...moneyCapsOf(amounts), cap(null, 'DAY', 60, 'USD')], 0)
        for (const one of sequence) {
          const cost = account.costBy(null, new Date(0))
          const outcome = runPriced(account, one)
          const after = account.costBy(null, new Date(0))
          if (after > cost) happened.charged++
          if (after < cost) happened.amended++
          if (outcome?.kind === 'consumed' && after === cost) happened.free++
          const denial = deniedByCap(outcome)
          if (one.kind === 'use' && one.user === null && outcome?.kind === 'consumed' && after > cost)
            happened.unnamed++
          if (denial && one.kind === 'use') {
            happened.denied++
            expect(denial.message).toMatch(
              one.user === null
                ? /^Your cap of \$0\.60 /
                : /^(The cap of this member|Your cap) of \$[0-9.]+ for tokens beyond the allowance per /,
            )
            const raise = denial.remedies.find(({ kind }) => kind === 'RAISE_SPEND_CAP')?.spendCap
            if (raise?.userId) {
              happened.raised++
              expect(raise.userId).toBe(one.user)
              for (const less of [1, 0]) {
                const caps = account.snapshot.caps.map((known) =>
                  known.userId === raise.userId && known.period === raise.period
                    ? { ...known, amount: raise.limit.money!.amountMinor - less }
                    : known,
                )
                const { denial: left } = decideCheck(catalog, { ...account.snapshot, caps }, FEATURE, one.amount, {
                  userId: raise.userId,
                  isMember: true,
                })
                expect(left?.code === 'SPEND_CAP_REACHED').toBe(less === 1)
              }
            }
          }
          account.expectCaps()
          account.expectSumsOfMembers()
        }
        account.expectSums()
      }),
      { seed, numRuns: 80 },
    )
    expect(happened.denied).toBeGreaterThan(100)
    expect(happened.raised).toBeGreaterThan(30)
    expect(happened.charged).toBeGreaterThan(200)
    expect(happened.amended).toBeGreaterThan(30)
    expect(happened.free).toBeGreaterThan(200)
    expect(happened.unnamed).toBeGreaterThan(30)
  })

  it('are never exceeded with a clock that jumps, and never deny a commit of reserved units', () => {
    const happened = { denied: 0, committed: 0 }
    fc.assert(
      fc.property(moneyLimits, limits, pricedSteps(number(-30, 60)), (amounts, units, sequence) => {
        const account = new TeamAccount([...moneyCapsOf(amounts), ...capsOf(units)], 0)
        for (const one of sequence) {
          const held = one.kind === 'commit' ? account.heldUnits(one.which) : null
          const outcome = runPriced(account, one)
          const denial = deniedByCap(outcome)
          if (denial) happened.denied++
          if (one.kind === 'commit' && held !== null && (one.amount ?? held) <= held) {
            expect(denial).toBeNull()
            if (outcome?.kind === 'consumed') happened.committed++
          }
          account.expectCaps()
        }
      }),
      { seed, numRuns: 80 },
    )
    expect(happened.denied).toBeGreaterThan(100)
    expect(happened.committed).toBeGreaterThan(20)
  })

  it('add up to at most a cent for each member more than the account is charged', () => {
    let more = 0
    fc.assert(
      fc.property(fc.array(fc.record({ user, amount: number(1, 9) }), { minLength: 5, maxLength: 40 }), (uses) => {
        const account = new TeamAccount(
          [...MEMBERS.map((member) => cap(member, 'MONTH', 10_000, 'USD')), cap(null, 'MONTH', 10_000, 'USD')],
          0,
        )
        account.use(100)
        for (const { user: userId, amount } of uses) account.use(amount, userId ?? 'usr_ann')
        const [ofAccount] = capStates(catalog, account.snapshot, feature)
        const shares = statesOfMembers(account).reduce((sum, { used }) => sum + used, 0)
        const difference = shares - ofAccount!.used
        expect(difference).toBeGreaterThanOrEqual(0)
        expect(difference).toBeLessThanOrEqual(MEMBERS.length)
        more = Math.max(more, difference)
      }),
      { seed, numRuns: 200 },
    )
    expect(more).toBeGreaterThan(1)
  })

  it('count the exact cost, and round it up once', () => {
    const account = new TeamAccount([cap('usr_ann', 'DAY', 2, 'USD'), cap('usr_bob', 'DAY', 2, 'USD')], 0)
    account.hold('basic')
    // 40 units are included, then each costs 0.4 cents.
    expect(account.use(40, 'usr_ann').kind).toBe('consumed')
    const used = () => statesOfMembers(account).map((state) => state.used)
    expect(used()).toEqual([0, 0])
    for (const expected of [1, 1, 2, 2, 2]) {
      expect(account.use(1, 'usr_ann').kind).toBe('consumed')
      expect(used()).toEqual([expected, 0])
    }
    const denied = deniedByCap(account.use(1, 'usr_ann'))!
    expect(denied.message).toBe(
      'The cap of this member of $0.02 for tokens beyond the allowance per day allows $0.00 more until January 16, 2026 at 12:00 AM UTC: $0.02 used, $0.01 for 1 units requested.',
    )
    expect(denied.remedies).toMatchObject([
      { kind: 'WAIT', at: new Date('2026-01-16T00:00:00Z') },
      {
        kind: 'RAISE_SPEND_CAP',
        spendCap: { userId: 'usr_ann', limit: { money: { amountMinor: 3, currency: 'USD' } } },
      },
    ])
    expect(account.use(1, 'usr_bob').kind).toBe('consumed')
    expect(used()).toEqual([2, 1])
    // A reservation of 4 units costs 1.6 cents in addition to the 0.4 that were used.
    expect(deniedByCap(account.reserve(5, 3600, 'usr_bob'))?.message).toContain('$0.01 used, $0.02 for 5 units')
    expect(account.reserve(4, 3600, 'usr_bob').kind).toBe('reservation')
    expect(statesOfMembers(account)[1]).toMatchObject({ used: 1, reserved: 1, remaining: 0 })
    expect(account.commit(0, null)?.kind).toBe('consumed')
    expect(statesOfMembers(account)[1]).toMatchObject({ used: 2, reserved: 0, remaining: 0 })
  })

  it('have one alert for each level of a period', () => {
    const account = new TeamAccount([cap('usr_ann', 'DAY', 10, 'USD')], 0)
    account.hold('basic')
    account.use(40, 'usr_bob')
    // 4.8, 5.2 and 10 cents.
    for (const amount of [12, 1, 12]) account.use(amount, 'usr_ann')
    account.use(5, 'usr_bob')
    expect(account.crossings.map(({ percent, value }) => ({ percent, value }))).toEqual([
      { percent: 50, value: 5 },
      { percent: 100, value: 10 },
    ])
  })
})
