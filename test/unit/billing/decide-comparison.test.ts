import fc from 'fast-check'
import { decideComparison } from '#services/billing/usage-comparisons/decide-comparison.js'
import { carriedUnits, NOTHING_COUNTED } from '#services/billing/usage-comparisons/counted-usage.js'
import { catalog, FEATURE, feature, INCLUDED, OverageAccount, type PlanCode } from '#test/support/overage-account.js'

// Replay a failure with SEED=<the printed seed> npm test -- unit/billing/decide-comparison
const seed = Number(process.env['SEED'] ?? 20261125)
const HOUR = 3_600_000

/** Independent model of an engine: a monthly allowance, then units at a price until a cap. */
class OtherEngine {
  private used = 0
  private window = ''
  lost = 0
  constructor(
    private readonly rules: {
      readonly limit: number
      readonly cap: number
      /** Price of a unit in thousandths of a cent. */
      readonly price: number
      readonly resetHour: number
    },
  ) {}

  private next(at: Date): Date {
    const { resetHour } = this.rules
    const shifted = new Date(at.getTime() - resetHour * HOUR)
    return new Date(Date.UTC(shifted.getUTCFullYear(), shifted.getUTCMonth() + 1, 1, resetHour))
  }

  use(amount: number, at: Date) {
    const { limit, cap, price } = this.rules
    const resetsAt = this.next(at).toISOString()
    if (this.window !== resetsAt) [this.window, this.used] = [resetsAt, 0]
    const cost = (units: number) => Math.round((Math.max(0, units - limit) * price) / 1000)
    const before = this.used
    const allowed = before + amount <= limit + cap
    if (allowed) this.used += amount
    const costMinor = allowed ? cost(this.used) - cost(before) : 0
    return {
      allowed,
      units: allowed ? amount : null,
      costMinor,
      currency: 'USD',
      remaining: Math.max(0, limit - this.used),
      resetsAt,
    }
  }
}

const RULES = {
  basic: { limit: INCLUDED.basic, cap: 70, price: 400, resetHour: 0 },
  plus: { limit: INCLUDED.plus, cap: 200, price: 150, resetHour: 0 },
  individual: { limit: INCLUDED.individual, cap: 0, price: 0, resetHour: 0 },
} as const

const uses = fc.array(fc.record({ amount: fc.integer({ min: 1, max: 30 }), hours: fc.integer({ min: 0, max: 72 }) }), {
  minLength: 30,
  maxLength: 60,
})

interface Use {
  readonly amount: number
  readonly hours: number
}

/** Compares uses with an engine. `lost` has the indexes of uses that are not sent. */
function compareAll(plan: PlanCode, rules: object, sent: readonly Use[], lost: readonly number[] = []) {
  const account = new OverageAccount()
  account.hold(plan)
  const engine = new OtherEngine({ ...RULES[plan], ...rules })
  let state = NOTHING_COUNTED
  let at = account.snapshot.at
  const outcomes = sent.flatMap(({ amount, hours }, index) => {
    at = new Date(at.getTime() + hours * HOUR)
    const theirs = engine.use(amount, at)
    if (lost.includes(index)) return []
    const outcome = decideComparison(
      catalog,
      account.snapshot,
      state,
      { feature, amount, work: null, usedAt: at, theirs },
      at,
    )
    if ('denial' in outcome) throw new Error(outcome.denial.message)
    state = outcome.state
    return [{ theirs, ...outcome }]
  })
  return { outcomes, state, at, account, found: state.features[FEATURE]!.differences }
}

const someOf = (found: object) => Object.keys(found).toSorted()

describe('decideComparison', () => {
  it('finds no difference between equal rules, with random uses and windows', () => {
    const happened = { denied: 0, charged: 0, windows: 0 }
    fc.assert(
      fc.property(fc.constantFrom<PlanCode>('basic', 'plus', 'individual'), uses, (plan, sent) => {
        const { outcomes, found, state } = compareAll(plan, {}, sent)
        expect(found).toEqual({})
        expect(state.features[FEATURE]).toMatchObject({ compared: sent.length, equal: sent.length, uncovered: 0 })
        happened.denied += outcomes.filter(({ ours }) => !ours.allowed).length
        happened.charged += outcomes.filter(({ ours }) => ours.costMinor !== null).length
        happened.windows += new Set(outcomes.map(({ ours }) => ours.resetsAt)).size - 1
      }),
      { seed, numRuns: 60 },
    )
    expect(Object.values(happened).every((count) => count > 20)).toBe(true)
  })

  it('counts the same however uses are split', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 }), (parts) => {
        const total = parts.reduce((sum, part) => sum + part, 0)
        const whole = compareAll('basic', {}, [{ amount: total, hours: 1 }])
        const split = compareAll(
          'basic',
          {},
          parts.map((amount, index) => ({ amount, hours: index === 0 ? 1 : 0 })),
        )
        expect(split.found).toEqual({})
        expect(carriedUnits(split.state, split.account.snapshot, split.at)).toEqual(
          carriedUnits(whole.state, whole.account.snapshot, whole.at),
        )
      }),
      { seed, numRuns: 60 },
    )
  })

  const steady = (count: number, amount: number, hours: number): Use[] =>
    Array.from({ length: count }, () => ({ amount, hours }))

  it('names a higher limit once, and each use that only the other engine allows', () => {
    const { outcomes, found, state, at, account } = compareAll('individual', { limit: 80 }, steady(10, 10, 1))
    expect(found).toEqual({ REMAINING: 1, ALLOWED_THERE: 2 })
    expect(outcomes[0]!.differences).toEqual(['REMAINING'])
    expect(state.features[FEATURE]).toMatchObject({ uncovered: 20, equal: 7 })
    // A use that is denied here counts as far as units are available.
    expect(carriedUnits(state, account.snapshot, at)).toEqual(new Map([[FEATURE, 60]]))
  })

  it('names a lower limit, and counts nothing that did not happen', () => {
    const { found, state, at, account } = compareAll('individual', { limit: 40 }, steady(6, 10, 1))
    expect(found).toEqual({ REMAINING: 1, DENIED_THERE: 2 })
    expect(carriedUnits(state, account.snapshot, at)).toEqual(new Map([[FEATURE, 40]]))
  })

  it('counts the available part of a use that happened', () => {
    const { outcomes, state, at, account } = compareAll('individual', { limit: 100 }, steady(3, 25, 1))
    expect(outcomes[2]).toMatchObject({
      differences: ['ALLOWED_THERE'],
      ours: { allowed: false, denialCode: 'QUOTA_EXCEEDED', uncovered: 15 },
    })
    expect(carriedUnits(state, account.snapshot, at)).toEqual(new Map([[FEATURE, 60]]))
  })

  it('names another hour of the reset once, and another price', () => {
    expect(someOf(compareAll('individual', { resetHour: 6 }, steady(4, 1, 1)).found)).toEqual(['RESET'])
    const { found, outcomes } = compareAll('basic', { price: 500 }, steady(9, 10, 1))
    expect(someOf(found)).toEqual(['COST'])
    expect(outcomes[4]).toMatchObject({ theirs: { costMinor: 5 }, ours: { costMinor: 4 }, differences: ['COST'] })
  })

  it('names a lost event once, at the next use', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 7 }), (lost) => {
        const { found, outcomes } = compareAll('individual', {}, steady(12, 5, 1), [lost])
        expect(outcomes[lost]!.differences).toEqual(['REMAINING'])
        expect(found).toEqual({ REMAINING: 1 })
      }),
      { seed, numRuns: 8 },
    )
  })
})
