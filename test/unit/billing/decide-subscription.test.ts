import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import type { SubscriptionStatus } from '#entities/billing/subscription-state.js'
import { canTransitionCheckout, type CheckoutStatus } from '#entities/billing/checkout-state.js'
import { decideCheckoutStatus } from '#services/billing/checkout/sync-checkout.js'
import { decideSubscription, type Projection } from '#services/billing/subscriptions/decide-subscription.js'
import { endOfDay } from '#services/entitlements/plans/assign-plan.js'

const january = new Date('2026-02-15T10:00:00Z')
const february = new Date('2026-03-15T10:00:00Z')

const projection = (changed: Partial<Projection> = {}): Projection => ({
  status: 'ACTIVE',
  planVersionId: 'plv_1',
  quantity: 1,
  currentPeriodStart: null,
  currentPeriodEnd: january,
  trialEnd: null,
  cancelAt: null,
  canceledAt: null,
  graceUntil: null,
  accessEndedAt: null,
  suspendedAt: null,
  pause: null,
  discounts: [],
  ...changed,
})
const row = (changed: Partial<Projection> = {}) =>
  ({ ...projection(changed), id: 'sub_1' }) as unknown as BillingSubscriptionRow

describe('Effects of a subscription change', () => {
  const cases: [string, SubscriptionStatus | null, Partial<Projection>, string | null, string][] = [
    ['a first active one activates', null, {}, 'subscription.activated', 'grant'],
    ['a first trial activates', null, { status: 'TRIALING' }, 'subscription.activated', 'grant'],
    ['a first incomplete one grants nothing', null, { status: 'INCOMPLETE' }, 'subscription.updated', 'keep'],
    ['an incomplete one that is paid activates', 'INCOMPLETE', {}, 'subscription.activated', 'grant'],
    ['the same again says nothing', 'ACTIVE', {}, null, 'keep'],
    ['a longer period renews', 'ACTIVE', { currentPeriodEnd: february }, 'subscription.renewed', 'grant'],
    ['a failed payment keeps the plan and says so', 'ACTIVE', { status: 'PAST_DUE' }, 'subscription.past_due', 'grant'],
    ['unpaid ends it', 'PAST_DUE', { status: 'UNPAID' }, 'subscription.unpaid', 'end'],
    ['canceled ends it', 'ACTIVE', { status: 'CANCELED' }, 'subscription.canceled', 'end'],
    ['paused ends it', 'TRIALING', { status: 'PAUSED' }, 'subscription.paused', 'end'],
    ['a paid debt revives it', 'UNPAID', {}, 'subscription.activated', 'grant'],
    ['a planned end is an update', 'ACTIVE', { cancelAt: january }, 'subscription.updated', 'grant'],
    ['another quantity is a change', 'ACTIVE', { quantity: 3 }, 'subscription.items_changed', 'grant'],
  ]
  it.each(cases)('%s', (_what, before, after, event, plan) => {
    expect(decideSubscription(before && row({ status: before }), projection(after))).toEqual({
      event,
      entitlements: plan,
    })
  })
})

describe("Checkouts from the provider's status", () => {
  const requested = { amountMinor: 2000, currency: 'USD', trialDays: 0, startsAt: null, externalId: 'ann' }
  const session = {
    sessionId: 'cs_1',
    status: 'COMPLETE' as const,
    approval: null,
    paid: true,
    failed: false,
    checkoutId: null,
    clientReference: null,
    customerId: null,
    subscriptionId: null,
    invoiceId: null,
    paymentId: null,
    subtotal: { amountMinor: 2000, currency: 'USD' },
    taxMinor: 0,
  }

  it('completes a paid one, and not one with a pending payment', () => {
    expect(decideCheckoutStatus(requested, session).to).toBe('COMPLETED')
    expect(decideCheckoutStatus(requested, { ...session, paid: false }).to).toBe('PROCESSING')
    expect(decideCheckoutStatus(requested, { ...session, paid: false, failed: true }).to).toBe('FAILED')
    expect(decideCheckoutStatus(requested, { ...session, status: 'OPEN' }).to).toBeNull()
    expect(decideCheckoutStatus(requested, { ...session, status: 'EXPIRED' }).to).toBe('EXPIRED')
  })

  it('quarantines another amount or currency than requested', () => {
    expect(decideCheckoutStatus(requested, { ...session, subtotal: { amountMinor: 1, currency: 'USD' } })).toEqual({
      to: 'QUARANTINED',
      statusReason: 'expected $20.00, but the provider reports $0.01',
    })
    expect(decideCheckoutStatus(requested, { ...session, subtotal: { amountMinor: 2000, currency: 'GBP' } }).to).toBe(
      'QUARANTINED',
    )
  })

  it('quarantines another account’s reference', () => {
    expect(decideCheckoutStatus(requested, { ...session, clientReference: 'bob' }).to).toBe('QUARANTINED')
    expect(decideCheckoutStatus(requested, { ...session, clientReference: 'ann' }).to).toBe('COMPLETED')
  })

  it('keeps a completed one final, and completes a canceled one that was paid', () => {
    const all: CheckoutStatus[] = [
      'CREATING',
      'OPEN',
      'PROCESSING',
      'COMPLETED',
      'EXPIRED',
      'FAILED',
      'CANCELLED',
      'QUARANTINED',
    ]
    expect(all.filter((to) => canTransitionCheckout('COMPLETED', to))).toEqual([])
    expect(all.filter((from) => canTransitionCheckout(from, 'COMPLETED'))).toEqual([
      'CREATING',
      'OPEN',
      'PROCESSING',
      'EXPIRED',
      'FAILED',
      'CANCELLED',
      // By a decision of an operator.
      'QUARANTINED',
    ])
  })
})

it('expires a plan at the end (UTC) of the day on which its period ends', () => {
  expect(endOfDay(new Date('2026-02-15T10:00:00Z'))).toEqual(new Date('2026-02-16T00:00:00Z'))
  expect(endOfDay(new Date('2028-02-29T23:59:59.999Z'))).toEqual(new Date('2028-03-01T00:00:00Z'))
})
