import fc from 'fast-check'
import { calendarMonth } from '#services/entitlements/model/quota-window.js'
import type { SpendCap } from '#services/entitlements/model/account-snapshot.js'
import { CAPS, INCLUDED, OverageAccount, START, type PlanCode } from '#test/support/overage-account.js'

// Random reports, packs, caps, plan changes and clocks, compared with a model of its own. Replay a failure with
// SEED=<the printed seed> npm test -- unit/entitlements/reported-usage
const seed = Number(process.env['SEED'] ?? 20261127)
const number = (min: number, max: number) => fc.integer({ min, max })
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('fact' as const), amount: number(1, 90), hours: number(0, 900) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('consume' as const), amount: number(1, 60) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pack' as const), amount: number(1, 120) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('plan' as const),
      plan: fc.constantFrom<PlanCode>('basic', 'plus', 'individual'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cap' as const), amount: fc.option(number(0, 400)) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), hours: number(1, 300) }) },
)

const HORIZON_HOURS = 35 * 24

/** Units of one account by what they were taken from. */
class Model {
  plan: PlanCode = 'basic'
  now = START.getTime()
  debt = 0
  packs = 0
  cap: number | null = null
  private month = { start: -1, allowance: 0, overage: 0, all: 0 }

  private present() {
    const start = calendarMonth(new Date(this.now)).start.getTime()
    if (this.month.start !== start) this.month = { start, allowance: 0, overage: 0, all: 0 }
    return this.month
  }

  /** The sources of an amount, with as many units at a price as the cap allows. */
  private split(amount: number) {
    const month = this.present()
    const allowance = Math.min(amount, Math.max(0, INCLUDED[this.plan] - month.allowance))
    const packs = Math.min(amount - allowance, this.packs)
    const priced = this.plan === 'individual' ? 0 : Math.max(0, CAPS[this.plan] - month.overage)
    const room = this.cap === null ? Infinity : Math.max(0, this.cap - month.all - allowance - packs)
    const overage = Math.min(amount - allowance - packs, priced, room)
    return { allowance, packs, overage, debt: amount - allowance - packs - overage }
  }

  private enter(taken: ReturnType<Model['split']>, amount: number) {
    const month = this.present()
    month.allowance += taken.allowance
    month.overage += taken.overage
    month.all += amount
    this.packs -= taken.packs
    this.debt += taken.debt
  }

  fact(amount: number, hours: number) {
    if (hours > HORIZON_HOURS) return null
    const taken = this.split(amount)
    this.enter(taken, amount)
    return taken
  }

  consume(amount: number): boolean {
    const taken = this.split(amount)
    if (taken.debt > 0 || (this.cap !== null && this.present().all + amount > this.cap)) return false
    this.enter(taken, amount)
    return true
  }

  pack(amount: number) {
    const paid = Math.min(this.debt, amount)
    this.debt -= paid
    this.packs += amount - paid
  }

  /** A cap counts from its start. */
  setCap(amount: number | null) {
    this.cap = amount
    this.present().all = 0
  }
}

const capOf = (id: number, amount: number, at: Date): SpendCap => ({
  id: `cap_${id}`,
  feature: 'tokens',
  period: 'MONTH',
  setByOperator: false,
  amount,
  currency: null,
  subAccountId: null,
  userId: null,
  alertPercents: [],
  periodStart: calendarMonth(at).start,
  used: 0,
  roundedUp: 0,
})

describe('reported usage', () => {
  it('is recorded from allowance, packs, overage and debt, as the model states, and caps deny only other use', () => {
    const happened = { allowance: 0, packs: 0, overage: 0, debt: 0, late: 0, tooLate: 0, denied: 0 }
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 60 }), (steps) => {
        const account = new OverageAccount()
        const model = new Model()
        account.hold('basic')
        for (const [index, one] of steps.entries()) {
          if (one.kind === 'wait') {
            account.wait(one.hours)
            model.now += one.hours * 3_600_000
          } else if (one.kind === 'pack') {
            account.pack(one.amount)
            model.pack(one.amount)
          } else if (one.kind === 'plan') {
            account.hold(one.plan)
            model.plan = one.plan
          } else if (one.kind === 'cap') {
            account.cap(...(one.amount === null ? [] : [capOf(index, one.amount, account.snapshot.at)]))
            model.setCap(one.amount)
          } else if (one.kind === 'consume') {
            const outcome = account.use(one.amount)
            expect([index, outcome.kind === 'consumed']).toEqual([index, model.consume(one.amount)])
            if (outcome.kind === 'denied') happened.denied++
          } else {
            const outcome = account.fact(one.amount, one.hours)
            const expected = model.fact(one.amount, one.hours)
            expect([index, outcome.kind]).toEqual([index, expected ? 'consumed' : 'denied'])
            if (outcome.kind !== 'consumed' || !expected) {
              happened.tooLate++
              continue
            }
            const { taken, debt, amount } = outcome.consumption
            const units = (kind: string) =>
              taken.reduce((sum, part) => sum + (part.source.kind === kind ? part.amount : 0), 0)
            const found = { allowance: units('PLAN'), packs: units('PACKAGE'), overage: units('OVERAGE'), debt }
            expect([index, found]).toEqual([index, expected])
            expect(amount).toBe(one.amount)
            for (const name of ['allowance', 'packs', 'overage', 'debt'] as const) if (found[name] > 0) happened[name]++
            const isPast = model.now - one.hours * 3_600_000 < calendarMonth(new Date(model.now)).start.getTime()
            const note = account.ledger.findLast(({ key }) => key !== null)!.note
            expect([index, note?.startsWith('Used on ') ?? false]).toEqual([index, isPast])
            if (isPast) happened.late++
          }
          expect([index, account.snapshot.debts['tokens'] ?? 0]).toEqual([index, model.debt])
          account.expectSums()
        }
      }),
      { seed, numRuns: 150 },
    )
    expect(Math.min(...Object.values(happened))).toBeGreaterThan(20)
  })
})
