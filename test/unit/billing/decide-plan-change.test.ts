import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import type { CatalogPlan, CatalogPrice } from '#services/catalog/snapshot/catalog-snapshot.js'
import {
  decidePlanChange,
  trialAfter,
  type PlanChangeRequest,
} from '#services/billing/subscriptions/changes/decide-plan-change.js'
import type { SubscriptionState } from '#services/billing/model/load-subscription-state.js'
import type { Refused } from '#services/kernel/denials/denial.js'
import { catalogFixture } from '#test/support/catalog-fixture.js'

const now = new Date('2026-01-20T10:00:00Z')
const periodEnd = new Date('2026-02-15T10:00:00Z')

const price = (id: string, interval: 'MONTH' | 'YEAR', amountMinor: number): CatalogPrice => ({
  id,
  productId: id,
  money: { amountMinor, currency: 'USD' },
  amountMinor,
  currency: 'USD',
  interval,
  trialDays: 0,
  per: 'server',
  active: true,
})

/** The fixture's plans, sold by the month and the year, per server. */
const sold = (code: string, month: number): CatalogPlan => ({
  ...catalogFixture.planByCode.get(code)!,
  prices: [price(`${code}-month`, 'MONTH', month), price(`${code}-year`, 'YEAR', month * 10)],
})
const plans = [
  catalogFixture.planByCode.get('free')!,
  sold('basic', 1000),
  sold('plus', 2000),
  sold('individual', 4000),
]
const catalog = { ...catalogFixture, plans, planByCode: new Map(plans.map((plan) => [plan.code, plan])) }

const state = (
  changed: Partial<SubscriptionState> = {},
  row: Partial<BillingSubscriptionRow> = {},
): SubscriptionState => {
  const plan = catalog.planByCode.get('plus')!
  return {
    port: {} as never,
    subscription: { status: 'ACTIVE', currentPeriodEnd: periodEnd, cancelAt: null, ...row } as BillingSubscriptionRow,
    loadedAt: 0,
    plan,
    quantity: 2,
    price: plan.prices[0]!,
    planItem: {} as never,
    addons: [],
    open: null,
    planned: null,
    hold: null,
    isVoided: false,
    triedPlanIds: new Set(),
    ownPlans: [],
    lifetimePlans: [],
    ...changed,
  }
}
const trialing: Partial<BillingSubscriptionRow> = {
  status: 'TRIALING',
  trialEnd: periodEnd,
  startedAt: new Date('2026-01-15T10:00:00Z'),
}
const requested = (changed: Partial<PlanChangeRequest>): PlanChangeRequest => ({
  plan: 'plus',
  interval: null,
  quantity: null,
  at: null,
  ...changed,
})
const planned = { status: 'SCHEDULED' } as SubscriptionChangeRow

describe('Plan changes of two monthly Plus servers', () => {
  const cases: [
    string,
    Partial<PlanChangeRequest>,
    { at: string; effectiveAt: Date; price: string; quantity: number },
  ][] = [
    [
      'a higher plan is now',
      { plan: 'individual' },
      { at: 'NOW', effectiveAt: now, price: 'individual-month', quantity: 2 },
    ],
    [
      'a lower plan waits',
      { plan: 'basic' },
      { at: 'PERIOD_END', effectiveAt: periodEnd, price: 'basic-month', quantity: 2 },
    ],
    ['more servers are now', { quantity: 3 }, { at: 'NOW', effectiveAt: now, price: 'plus-month', quantity: 3 }],
    [
      'fewer servers wait',
      { quantity: 1 },
      { at: 'PERIOD_END', effectiveAt: periodEnd, price: 'plus-month', quantity: 1 },
    ],
    ['by the year is now', { interval: 'YEAR' }, { at: 'NOW', effectiveAt: now, price: 'plus-year', quantity: 2 }],
    [
      'a lower plan now, when asked for',
      { plan: 'basic', at: 'NOW' },
      { at: 'NOW', effectiveAt: now, price: 'basic-month', quantity: 2 },
    ],
    [
      'a higher plan later, when asked for',
      { plan: 'individual', at: 'PERIOD_END' },
      { at: 'PERIOD_END', effectiveAt: periodEnd, price: 'individual-month', quantity: 2 },
    ],
    [
      'a lower plan by the year waits',
      { plan: 'basic', interval: 'YEAR' },
      { at: 'PERIOD_END', effectiveAt: periodEnd, price: 'basic-year', quantity: 2 },
    ],
  ]
  it.each(cases)('%s', (_what, request, expected) => {
    const decision = decidePlanChange(catalog, state(), requested(request), now)
    expect(decision).toMatchObject({
      kind: 'change',
      at: expected.at,
      effectiveAt: expected.effectiveAt,
      target: { price: { id: expected.price }, quantity: expected.quantity },
    })
  })

  it('time a change in a trial like any other: a downgrade waits for its end', () => {
    expect(decidePlanChange(catalog, state({}, trialing), requested({ plan: 'basic' }), now)).toMatchObject({
      at: 'PERIOD_END',
      effectiveAt: periodEnd,
      trialUntil: null,
    })
  })

  const withTrial = (days: number) => ({ ...catalog.planByCode.get('plus')!.prices[0]!, trialDays: days })
  const targetPlan = (code: string) => catalog.planByCode.get(code)!
  const begun = trialing.startedAt!.getTime()
  it.each([
    ['ends for a plan without a trial', 'individual', 0, 2, [], null],
    ['goes on for a plan with a trial that the account has not had', 'individual', 40, 2, [], periodEnd],
    ['goes on for what is left of a shorter trial', 'individual', 10, 2, [], new Date(begun + 10 * 86_400_000)],
    ['ends where that shorter trial would be over', 'individual', 3, 2, [], null],
    ['ends for a plan whose trial the account has had', 'individual', 40, 2, ['individual'], null],
    ['ends for another quantity of the same plan', 'plus', 40, 3, [], null],
    ['goes on for another interval of the same plan and quantity', 'plus', 40, 2, ['plus'], periodEnd],
  ])('handle the trial: %s', (_what, code, days, quantity, tried, expected) => {
    const triedPlanIds = new Set(tried.map((one) => targetPlan(one).id))
    const target = { plan: targetPlan(code), price: withTrial(days), quantity }
    expect(trialAfter(state({ triedPlanIds }, trialing), target, now)).toEqual(expected)
  })

  it.each([
    ['an upgrade', { plan: 'individual' }, true],
    ['an upgrade later', { plan: 'individual', at: 'PERIOD_END' as const }, true],
    ['more of the same', { quantity: 3 }, true],
    ['a downgrade', { plan: 'basic' }, false],
    ['fewer of the same', { quantity: 1 }, false],
  ])('deny %s during a dispute: %s %s', (_what, request, denied) => {
    expect(
      'code' in
        decidePlanChange(catalog, state({ hold: { reason: 'DISPUTED', from: new Date(0) } }), requested(request), now),
    ).toBe(denied)
  })

  it('cancel the scheduled change when the current terms are requested', () => {
    expect(decidePlanChange(catalog, state({ planned }), requested({}), now)).toMatchObject({
      kind: 'undo',
      target: { price: { id: 'plus-month' }, quantity: 2 },
    })
  })

  it('keep the version of a subscriber who keeps the plan', () => {
    const old = { ...catalog.planByCode.get('plus')!, versionId: 'plv_old' }
    expect(decidePlanChange(catalog, state({ plan: old }), requested({ quantity: 5 }), now)).toMatchObject({
      target: { plan: { versionId: 'plv_old' } },
    })
  })

  const denials: [string, SubscriptionState | null, Partial<PlanChangeRequest>, string, string | null][] = [
    ['an unknown plan', state(), { plan: 'gold' }, 'INVALID_PLAN', 'plan'],
    ['the free plan: cancel instead', state(), { plan: 'free' }, 'INVALID_PLAN', 'plan'],
    ['without a subscription', null, { plan: 'basic' }, 'NO_ACTIVE_SUBSCRIPTION', null],
    ['nothing of it', state(), { quantity: 0 }, 'INVALID_AMOUNT', 'quantity'],
    ['too much of it', state(), { quantity: 10_001 }, 'INVALID_AMOUNT', 'quantity'],
    [
      'an interval that it is not sold by',
      state(),
      { plan: 'basic', interval: 'ONE_TIME' },
      'INVALID_PRICE',
      'interval',
    ],
    [
      'a plan without a price in the currency that is paid',
      state({ price: { ...price('p', 'MONTH', 1), money: { amountMinor: 1, currency: 'GBP' } } }),
      { plan: 'basic' },
      'INVALID_PRICE',
      'interval',
    ],
    ['when it is to end', state({}, { cancelAt: periodEnd }), { plan: 'basic' }, 'INVALID_TRANSITION', null],
    ['when it is past due', state({}, { status: 'PAST_DUE' }), { plan: 'individual' }, 'PAYMENT_FAILED', null],
    ['when it is unpaid', state({}, { status: 'UNPAID' }), { plan: 'individual' }, 'PAYMENT_FAILED', null],
  ]
  it.each(denials)('deny %s', (_what, found, request, code, field) => {
    const decision = decidePlanChange(catalog, found, requested(request), now)
    expect(decision).toMatchObject({ __typename: 'Refused', code, field })
    // Every denial contains remedies unless the input is invalid.
    if (field === null) expect((decision as Refused).remedies).not.toEqual([])
  })

  const conflicts: [string, SubscriptionState, Partial<PlanChangeRequest>, object[]][] = [
    ['the same again', state(), {}, []],
    [
      'while another change is under way',
      state({ open: { status: 'REQUESTED' } as SubscriptionChangeRow }),
      { plan: 'basic' },
      [{ kind: 'WAIT' }],
    ],
    [
      'while one waits for the bank',
      state({ open: { status: 'REQUIRES_CONFIRMATION', actionUrl: 'https://pay' } as SubscriptionChangeRow }),
      { plan: 'basic' },
      [{ kind: 'CONTINUE_CHECKOUT', url: 'https://pay' }],
    ],
  ]
  it.each(conflicts)('deny %s with the subscription', (_what, found, request, remedies) => {
    expect(decidePlanChange(catalog, found, requested(request), now)).toMatchObject({
      __typename: 'SubscriptionConflict',
      code: 'SUBSCRIPTION_CONFLICT',
      subscription: found.subscription,
      remedies,
    })
  })
})
