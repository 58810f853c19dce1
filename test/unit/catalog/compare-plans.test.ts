import { offersSatisfying, satisfies, UnknownPlanError, userHasPlan } from '#services/catalog/plans/compare-plans.js'
import type { BillingInterval } from '#entities/kernel/billing-interval.js'
import type { PlanDefinition } from '#services/catalog/definition/types.js'

const plan = (code: string, rank: number, prices: Partial<Record<BillingInterval, number>> = {}, group = 'main') =>
  ({
    code,
    rank,
    group,
    name: code,
    description: null,
    bullets: [],
    supportedStacks: null,
    features: [],
    prices: Object.entries(prices).map(([interval, amountMinor = 0]) => ({
      interval: interval as BillingInterval,
      currency: 'USD',
      amountMinor,
      trialDays: null,
      per: null,
    })),
  }) satisfies PlanDefinition

const seniority = ['free', 'basic', 'plus', 'individual'].map((code, rank) => plan(code, rank))

describe('required plan', () => {
  it('is satisfied exactly by plans of at least its rank', () => {
    for (const [held, current] of seniority.entries()) {
      for (const [wanted, required] of seniority.entries()) {
        expect(userHasPlan(seniority, current.code, required.code)).toBe(held >= wanted)
      }
    }
  })

  it('throws a typed error if unknown, for any current plan', () => {
    expect(() => userHasPlan(seniority, 'individual', 'ultra')).toThrow(new UnknownPlanError('ultra'))
    expect(() => userHasPlan(seniority, 'individual', 'ultra')).toThrow(UnknownPlanError)
    expect(() => userHasPlan(seniority, 'individual', '')).toThrow(UnknownPlanError)
  })

  it('is not satisfied by an unknown plan', () => {
    expect(() => userHasPlan(seniority, 'platinum', 'free')).toThrow(new UnknownPlanError('platinum'))
  })

  it('is not satisfied by a plan of another group', () => {
    const support = plan('support_gold', 9, {}, 'support')
    expect(satisfies(support, seniority[1]!)).toBe(false)
    expect(userHasPlan([...seniority, support], ['free', 'support_gold'], 'basic')).toBe(false)
    expect(userHasPlan([...seniority, support], ['plus', 'support_gold'], 'basic')).toBe(true)
  })
})

describe('cheapest sufficient plan', () => {
  const usd = { currency: 'USD' }
  const plans = [
    plan('free', 0),
    plan('dear', 1, { MONTH: 5000 }),
    plan('cheap', 2, { MONTH: 1000, YEAR: 10000 }),
    plan('same', 3, { MONTH: 1000 }),
    plan('by_year', 4, { YEAR: 9000 }),
    plan('on_request', 5),
    plan('support', 0, {}, 'support'),
  ]
  const among =
    (...codes: string[]) =>
    ({ code }: PlanDefinition) =>
      codes.includes(code)

  it('is chosen by price, not by rank', () => {
    const offer = offersSatisfying(plans, 'main', among('dear', 'cheap'), usd)[0]
    expect(offer).toMatchObject({ plan: { code: 'cheap' }, price: { interval: 'MONTH', amountMinor: 1000 } })
  })

  it('has the lower rank for equal prices', () => {
    expect(offersSatisfying(plans.toReversed(), 'main', among('same', 'cheap'), usd)[0]?.plan.code).toBe('cheap')
  })

  it('is compared per year if it is only sold yearly', () => {
    expect(offersSatisfying(plans, 'main', among('cheap', 'by_year'), usd)[0]).toMatchObject({
      plan: { code: 'by_year' },
      price: { interval: 'YEAR', amountMinor: 9000 },
    })
  })

  it('is offered at the requested interval', () => {
    expect(offersSatisfying(plans, 'main', among('cheap'), { ...usd, interval: 'YEAR' })[0]?.price).toMatchObject({
      interval: 'YEAR',
      amountMinor: 10000,
    })
  })

  it('is the free one without a price if that suffices', () => {
    expect(offersSatisfying(plans, 'main', () => true, usd)[0]).toMatchObject({ plan: { code: 'free' }, price: null })
  })

  it('is null if nothing suffices, is sold in the currency, or is for sale', () => {
    expect(offersSatisfying(plans, 'main', () => false, usd)).toEqual([])
    expect(offersSatisfying(plans, 'main', among('cheap'), { currency: 'EUR' })).toEqual([])
    expect(offersSatisfying(plans, 'main', among('on_request'), usd)).toEqual([])
    expect(offersSatisfying(plans, 'main', among('support'), usd)).toEqual([])
  })
})
