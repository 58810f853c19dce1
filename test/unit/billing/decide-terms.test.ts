import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import { decideTerms, type TermsInput } from '#services/billing/subscriptions/decide-terms.js'
import type { MappedItem } from '#services/billing/subscriptions/map-items.js'
import { catalogFixture } from '#test/support/catalog-fixture.js'

const january = new Date('2026-01-15T10:00:00Z')
const february = new Date('2026-02-15T10:00:00Z')
const plan = (code: string) => catalogFixture.planByCode.get(code)!
const oldPlus = { ...plan('plus'), versionId: 'plv_plus_1' }
const catalog = {
  ...catalogFixture,
  planByVersionId: new Map([...catalogFixture.planByVersionId, ['plv_plus_1', oldPlus]]),
}

const line = (code: string, changed: Partial<MappedItem> = {}): MappedItem => ({
  externalId: 'si_1',
  priceExternalId: `price_${code}`,
  priceId: `prc_${code}`,
  planId: plan(code).id,
  packageId: null,
  quantity: 1,
  currentPeriodStart: january,
  currentPeriodEnd: february,
  ...changed,
})
const downgrade = (changed: Partial<SubscriptionChangeRow> = {}) =>
  ({
    id: 'sch_1',
    kind: 'PLAN',
    status: 'REQUESTED',
    at: 'PERIOD_END',
    fromPlanVersionId: 'plv_plus_1',
    fromPriceId: 'prc_plus',
    fromQuantity: 1,
    toPlanVersionId: plan('basic').versionId,
    toPriceId: 'prc_basic',
    toQuantity: 1,
    asOf: january,
    effectiveAt: february,
    ...changed,
  }) as SubscriptionChangeRow
const terms = (input: Partial<TermsInput>) =>
  decideTerms(catalog, {
    item: line('plus'),
    changes: [],
    changePending: false,
    ended: false,
    heldVersionIds: ['plv_plus_1'],
    ...input,
  })

describe('Effective terms from the provider’s lines and our records', () => {
  it('keep the version of subscribers, and use the current version for another plan', () => {
    expect(terms({})?.plan.versionId).toBe('plv_plus_1')
    expect(terms({ item: line('basic') })?.plan).toBe(plan('basic'))
    expect(terms({ item: { ...line('plus'), planId: null } })).toBeNull()
  })

  it('show a downgrade on the line immediately, and apply it from the next period', () => {
    const before = terms({ item: line('basic'), changes: [downgrade()] })
    expect(before).toMatchObject({ plan: { versionId: 'plv_plus_1' }, moves: [{ id: 'sch_1', to: 'SCHEDULED' }] })
    const planned = downgrade({ status: 'SCHEDULED' })
    expect(terms({ item: line('basic'), changes: [planned] })).toMatchObject({ plan: oldPlus, moves: [] })
    const renewed = line('basic', { currentPeriodStart: february })
    expect(terms({ item: renewed, changes: [planned] })).toMatchObject({
      plan: plan('basic'),
      moves: [{ id: 'sch_1', to: 'APPLIED' }],
    })
  })

  describe('with a change scheduled at the provider', () => {
    const scheduled = { at: february, priceId: 'prc_basic', quantity: 1, keepsOthers: true, promotionId: null }
    const planned = downgrade({ status: 'SCHEDULED', pushedToProvider: true })
    const movesOf = (input: Partial<TermsInput>) => terms(input)?.moves

    it('schedules a request when the provider shows it, and not before', () => {
      expect(movesOf({ changes: [downgrade()], scheduled: null })).toEqual([])
      expect(terms({ changes: [downgrade()], scheduled })).toMatchObject({
        plan: oldPlus,
        moves: [{ id: 'sch_1', to: 'SCHEDULED' }],
      })
    })

    it('waits for its time, and completes when the line shows it', () => {
      expect(movesOf({ changes: [planned], scheduled })).toEqual([])
      const begun = line('basic', { currentPeriodStart: february, currentPeriodEnd: new Date('2026-03-15T10:00:00Z') })
      for (const stillThere of [scheduled, null])
        expect(movesOf({ item: begun, changes: [planned], scheduled: stillThere })).toEqual([
          { id: 'sch_1', to: 'APPLIED' },
        ])
    })

    it('is superseded if it was removed at the provider by another party', () => {
      expect(movesOf({ changes: [planned], scheduled: null })).toMatchObject([{ to: 'SUPERSEDED' }])
      expect(movesOf({ changes: [{ ...planned, pushedToProvider: false }], scheduled: null })).toEqual([])
    })

    it('is canceled only after the provider has removed it', () => {
      const back = downgrade({ id: 'sch_2', kind: 'RESUME', at: 'NOW', toPriceId: 'prc_plus', toQuantity: 1 })
      const unpublished = { ...planned, pushedToProvider: false }
      expect(movesOf({ changes: [back, unpublished], scheduled })).toEqual([])
      expect(movesOf({ changes: [back, unpublished], scheduled: null })).toEqual([{ id: 'sch_1', to: 'CANCELED' }])
    })

    it('continues from another line, and moves with the period end', () => {
      const more = line('plus', { quantity: 3 })
      expect(movesOf({ item: more, changes: [planned], scheduled })).toMatchObject([
        { to: 'SCHEDULED', rebase: { fromQuantity: 3, toQuantity: 1, effectiveAt: february } },
      ])
      const march = new Date('2026-03-01T10:00:00Z')
      const longer = line('plus', { currentPeriodEnd: march })
      expect(movesOf({ item: longer, changes: [planned], scheduled })).toMatchObject([
        { rebase: { effectiveAt: march } },
      ])
      expect(movesOf({ item: longer, changes: [planned], scheduled, trialing: true })).toEqual([])
    })
  })

  it('apply a scheduled change immediately if the trial ends early and the new period is charged', () => {
    const change = downgrade({ effectiveAt: new Date('2026-01-29T10:00:00Z') })
    const inTrial = line('basic', { currentPeriodEnd: change.effectiveAt })
    expect(terms({ item: inTrial, changes: [change] })?.plan.code).toBe('plus')
    const charged = terms({ item: line('basic'), changes: [change] })
    expect(charged).toMatchObject({ plan: { code: 'basic' }, moves: [{ id: 'sch_1', to: 'APPLIED' }] })
    expect(terms({ item: line('basic'), changes: [change], trialing: true })?.plan.code).toBe('plus')
  })

  it('apply a lower quantity from the next period too', () => {
    const fewer = downgrade({ toPlanVersionId: 'plv_plus_1', toPriceId: 'prc_plus', toQuantity: 2, fromQuantity: 5 })
    expect(terms({ item: line('plus', { quantity: 2 }), changes: [fewer] })?.quantity).toBe(5)
    expect(
      terms({ item: line('plus', { quantity: 2, currentPeriodStart: february }), changes: [fewer] })?.quantity,
    ).toBe(2)
  })

  it('apply an upgrade when the line shows it, not before', () => {
    const upgrade = downgrade({
      at: 'NOW',
      effectiveAt: january,
      toPlanVersionId: plan('individual').versionId,
      toPriceId: 'prc_individual',
    })
    expect(terms({ changes: [upgrade] })).toMatchObject({ plan: oldPlus, moves: [] })
    expect(terms({ item: line('individual'), changes: [upgrade] })).toMatchObject({
      plan: plan('individual'),
      moves: [{ to: 'APPLIED' }],
    })
  })

  it('keep the paid terms if a provider bills changes from the next period on', () => {
    const held = { planVersionId: 'plv_plus_1', quantity: 1, currentPeriodEnd: february }
    expect(terms({ item: line('individual'), held })).toMatchObject({ plan: oldPlus, quantity: 1 })
    expect(terms({ item: line('plus', { quantity: 9 }), held })?.quantity).toBe(1)
    const renewed = line('individual', {
      currentPeriodStart: february,
      currentPeriodEnd: new Date('2026-03-15T10:00:00Z'),
    })
    expect(terms({ item: renewed, held })).toMatchObject({ plan: plan('individual') })
    // The provider does not state whether the buyer's approval is pending, so that the change waits.
    expect(terms({ changes: [downgrade({ status: 'REQUIRES_CONFIRMATION' })], changePending: null })?.moves).toEqual([])
  })

  it("use the last payment to assign the line's terms, if the provider reports it", () => {
    const held = { planVersionId: 'plv_plus_1', quantity: 1, currentPeriodEnd: february }
    const march = { currentPeriodStart: february, currentPeriodEnd: new Date('2026-03-15T10:00:00Z') }
    // The period has begun, and its payment failed: the last one was for the terms before.
    expect(terms({ item: line('individual', march), held, linesPaid: false })).toMatchObject({ plan: oldPlus })
    expect(terms({ item: line('individual', march), held, linesPaid: true })).toMatchObject({
      plan: plan('individual'),
    })
    // Our record differs from the paid terms. The payment is authoritative.
    expect(terms({ item: line('individual', { quantity: 3 }), held, linesPaid: true })).toMatchObject({
      plan: plan('individual'),
      quantity: 3,
    })
  })

  it.each([
    ['a higher plan', { toPlanVersionId: plan('individual').versionId, toPriceId: 'prc_individual' }, 'individual', 1],
    ['more seats', { toPlanVersionId: 'plv_plus_1', toPriceId: 'prc_plus', toQuantity: 5 }, 'plus', 5],
  ])('delay %s at the period’s end until that period is paid', (_what, to, code, quantity) => {
    const planned = downgrade({ status: 'SCHEDULED', ...to })
    const item = line(code, { quantity, currentPeriodStart: february })
    expect(terms({ item, changes: [planned], unpaid: true })).toMatchObject({ plan: oldPlus, quantity: 1, moves: [] })
    expect(terms({ item, changes: [planned], unpaid: false })).toMatchObject({
      quantity,
      moves: [{ id: 'sch_1', to: 'APPLIED' }],
    })
  })

  it('apply a lower plan with its period, paid or not', () => {
    const item = line('basic', { currentPeriodStart: february })
    expect(terms({ item, changes: [downgrade({ status: 'SCHEDULED' })], unpaid: true })).toMatchObject({
      plan: plan('basic'),
      moves: [{ to: 'APPLIED' }],
    })
  })

  it('fail a change without any response of the bank', () => {
    const waiting = downgrade({ status: 'REQUIRES_CONFIRMATION', at: 'NOW' })
    expect(terms({ changes: [waiting], changePending: true })?.moves).toEqual([])
    expect(terms({ changes: [waiting] })?.moves).toMatchObject([{ to: 'FAILED' }])
  })

  it('override a scheduled change if the line or the end is changed elsewhere', () => {
    const planned = downgrade({ status: 'SCHEDULED' })
    expect(terms({ item: line('individual'), changes: [planned] })).toMatchObject({
      plan: plan('individual'),
      moves: [{ to: 'SUPERSEDED' }],
    })
    expect(terms({ item: line('basic'), changes: [planned], ended: true })?.moves).toMatchObject([{ to: 'SUPERSEDED' }])
  })

  it('cancel a scheduled change when the line shows it', () => {
    const planned = downgrade({ status: 'SCHEDULED' })
    const back = downgrade({ id: 'sch_2', kind: 'RESUME', at: 'NOW', toPriceId: 'prc_plus' })
    expect(terms({ changes: [back, planned] })).toMatchObject({
      plan: oldPlus,
      moves: [{ id: 'sch_1', to: 'CANCELED' }],
    })
    expect(terms({ item: line('basic'), changes: [back, planned] })).toMatchObject({ plan: oldPlus, moves: [] })
  })

  it('apply the new version of a plan in a migration when its price is paid', () => {
    const migration = downgrade({
      toPlanVersionId: plan('plus').versionId,
      toPriceId: 'prc_plus_2',
      status: 'SCHEDULED',
    })
    const item = { ...line('plus'), priceId: 'prc_plus_2' }
    expect(terms({ item, changes: [migration] })?.plan.versionId).toBe('plv_plus_1')
    expect(terms({ item: { ...item, currentPeriodStart: february }, changes: [migration] })?.plan).toBe(plan('plus'))
  })
})
