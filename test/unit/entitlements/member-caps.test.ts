import fc from 'fast-check'
import type { SpendCap } from '#services/entitlements/snapshot/account-snapshot.js'
import { capStates, memberCapStates, periodAt } from '#services/entitlements/spend-caps/decide-spend.js'
import type { Outcome } from '#services/entitlements/usage/usage-operation.js'
import { catalog, FEATURE, feature, OverageAccount } from '#test/support/overage-account.js'

// Random uses, reservations, commits, releases and amendments of several members. Replay a failure with SEED=<the printed seed> npm test -- unit/entitlements/member-caps
const seed = Number(process.env['SEED'] ?? 20261125)

const MEMBERS = ['usr_ann', 'usr_bob', 'usr_eve'] as const
const PERIODS = ['DAY', 'MONTH', 'BILLING_PERIOD'] as const

const cap = (userId: string | null, period: SpendCap['period'], amount: number): SpendCap => ({
  id: `cap_${userId}_${period}`,
  feature: FEATURE,
  period,
  setter: 'ACCOUNT',
  amount,
  currency: null,
  subAccountId: null,
  userId,
  alertPercents: [50, 100],
  periodStart: new Date(0),
  used: 0,
})

class TeamAccount extends OverageAccount {
  constructor(caps: readonly SpendCap[]) {
    super()
    this.hold('plus')
    this.pack(100_000)
    this.snapshot = { ...this.snapshot, caps }
  }

  expectCaps(): void {
    for (const { cap: one, used, reserved } of memberCapStates(catalog, this.snapshot, feature))
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
    for (const { cap: one, used, reserved } of memberCapStates(catalog, this.snapshot, feature)) {
      const { start } = periodAt(this.snapshot, feature, one.period)
      const held = this.snapshot.reservations.filter(
        ({ userId, expiresAt }) => userId === one.userId && expiresAt > this.snapshot.at,
      )
      expect({ cap: one.id, used, reserved }).toEqual({
        cap: one.id,
        used: this.usedBy(one.userId!, start),
        reserved: held.reduce((sum, { amount }) => sum + amount, 0),
      })
    }
  }
}

const number = (min: number, max: number) => fc.integer({ min, max })
const user = fc.constantFrom(...MEMBERS, null)
const steps = (jumps: fc.Arbitrary<number>) =>
  fc.array(
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
    ),
    { minLength: 30, maxLength: 60 },
  )
type Step = ReturnType<typeof steps> extends fc.Arbitrary<readonly (infer One)[]> ? One : never

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
  it('equal the ledger of each member, and the denial names the cap that its remedy lifts [BN50]', () => {
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
            expect(denial.message).toContain(`The cap of member ${step.user} of `)
            const raise = denial.remedies.find(({ kind }) => kind === 'RAISE_SPEND_CAP')?.spendCap
            if (raise) {
              happened.raised++
              expect(raise.userId).toBe(step.user)
              for (const less of [1, 0]) {
                account.snapshot = {
                  ...before,
                  caps: before.caps.map((one) =>
                    one.userId === raise.userId && one.period === raise.period
                      ? { ...one, amount: raise.amount - less }
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

  it('are never exceeded with a clock that jumps, and never deny a commit of reserved units [BN50]', () => {
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

  it('limit one member, within the cap of the account [BN50]', () => {
    const account = new TeamAccount([cap('usr_ann', 'DAY', 10), cap(null, 'DAY', 15)])
    expect(account.use(8, 'usr_ann').kind).toBe('consumed')
    expect(deniedByCap(account.use(3, 'usr_ann'))?.message).toMatch(/^The cap of member usr_ann of 10 /)
    expect(deniedByCap(account.use(8, 'usr_bob'))?.message).toMatch(/^Your cap of 15 /)
    expect(account.use(7, 'usr_bob').kind).toBe('consumed')
    expect(capStates(catalog, account.snapshot, feature).map(({ used }) => used)).toEqual([15])
    expect(memberCapStates(catalog, account.snapshot, feature).map(({ used }) => used)).toEqual([8])
  })

  it('have one alert for each level of a period [BN50]', () => {
    const account = new TeamAccount([cap('usr_ann', 'DAY', 10)])
    const before = account.alerts.length
    for (const amount of [4, 1, 5]) account.use(amount, 'usr_ann')
    account.use(5, 'usr_bob')
    expect(account.alerts.slice(before).map(({ percent, used }) => ({ percent, used }))).toEqual([
      { percent: 50, used: 5 },
      { percent: 100, used: 10 },
    ])
  })
})
