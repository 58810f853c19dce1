import fc from 'fast-check'
import {
  isRetained,
  purchaseEvent,
  purchaseFigures,
  reversedShare,
  type PurchaseFigures,
} from '#services/billing/model/decide-purchase.js'
import type { DisputeStatus } from '#entities/billing/dispute.entity.js'
import type { PurchaseStatus } from '#entities/billing/purchase-state.js'
import type { RefundStatus } from '#entities/billing/refund.entity.js'

type Refund = [amount: number, status: Exclude<RefundStatus, 'CREATING'>]
type Dispute = [amount: number, status: DisputeStatus]

const payment = (
  refunds: Refund[] = [],
  disputes: Dispute[] = [],
  status: 'PENDING' | 'SUCCEEDED' | 'FAILED' = 'SUCCEEDED',
) => ({
  status,
  money: { amountMinor: 1000, currency: 'USD' },
  refunds: refunds.map(([amountMinor, state], index) => ({
    externalId: `re_${index}`,
    refundId: null,
    amountMinor,
    status: state,
    reason: null,
    createdAt: new Date(0),
  })),
  disputes: disputes.map(([amountMinor, state], index) => ({
    externalId: `dp_${index}`,
    amountMinor,
    status: state,
    openedAt: new Date(0),
  })),
})

describe('Purchases from payments', () => {
  it.each([
    ['paid', [], [], 'PAID', 0, 0],
    ['a part given back', [[400, 'SUCCEEDED']], [], 'PARTIALLY_REFUNDED', 400, 400],
    ['a part on its way back', [[400, 'PENDING']], [], 'PARTIALLY_REFUNDED', 400, 400],
    [
      'all given back, in parts',
      [
        [400, 'SUCCEEDED'],
        [600, 'SUCCEEDED'],
      ],
      [],
      'REFUNDED',
      1000,
      1000,
    ],
    ['a refund that failed', [[1000, 'FAILED']], [], 'PAID', 0, 0],
    ['a refund that was given up', [[1000, 'CANCELED']], [], 'PAID', 0, 0],
    ['disputed', [], [[1000, 'OPEN']], 'DISPUTED', 0, 0],
    ['disputed after a part was given back', [[400, 'SUCCEEDED']], [[600, 'OPEN']], 'DISPUTED', 400, 400],
    ['a dispute that was won', [], [[1000, 'WON']], 'PAID', 0, 0],
    [
      'a dispute that was won after a part was given back',
      [[400, 'SUCCEEDED']],
      [[600, 'WON']],
      'PARTIALLY_REFUNDED',
      400,
      400,
    ],
    ['a dispute that was lost', [], [[1000, 'LOST']], 'CHARGED_BACK', 0, 1000],
    [
      'a dispute over all that was lost after a part was given back',
      [[400, 'SUCCEEDED']],
      [[1000, 'LOST']],
      'CHARGED_BACK',
      400,
      1000,
    ],
  ] satisfies [string, Refund[], Dispute[], PurchaseStatus, number, number][])(
    '%s',
    (_what, refunds, disputes, status, refundedMinor, reversedMinor) => {
      expect(purchaseFigures(payment(refunds, disputes))).toEqual({ status, refundedMinor, reversedMinor })
    },
  )

  it('are pending while the payment is pending, and none if it fails', () => {
    expect(purchaseFigures(payment([], [], 'PENDING'))?.status).toBe('PENDING')
    expect(purchaseFigures(payment([], [], 'FAILED'))).toBeNull()
  })

  it('never reverse more than was paid, in any order of events', () => {
    const refund = fc.tuple(
      fc.integer({ min: 1, max: 1500 }),
      fc.constantFrom('PENDING', 'SUCCEEDED', 'FAILED', 'CANCELED'),
    )
    const dispute = fc.tuple(fc.integer({ min: 1, max: 1500 }), fc.constantFrom<DisputeStatus>('OPEN', 'WON', 'LOST'))
    fc.assert(
      fc.property(fc.array(refund, { maxLength: 5 }), fc.array(dispute, { maxLength: 3 }), (refunds, disputes) => {
        const figures = purchaseFigures(payment(refunds, disputes))!
        expect(figures.reversedMinor).toBeLessThanOrEqual(1000)
        expect(figures.refundedMinor).toBeLessThanOrEqual(figures.reversedMinor)
        const reversed = payment(refunds.toReversed(), disputes.toReversed())
        expect(purchaseFigures(reversed)).toEqual(figures)
      }),
      { seed: 20261120, numRuns: 500 },
    )
  })
})

describe('Purchase events', () => {
  const figures = (status: PurchaseStatus, refundedMinor = 0, reversedMinor = refundedMinor): PurchaseFigures => ({
    status,
    refundedMinor,
    reversedMinor,
  })
  it.each([
    ['first seen paid', null, figures('PAID'), 'purchase.paid'],
    ['first seen on its way', null, figures('PENDING'), 'purchase.pending'],
    ['come', figures('PENDING'), figures('PAID'), 'purchase.paid'],
    ['still on its way', figures('PENDING'), figures('PENDING'), null],
    ['the same again', figures('PAID'), figures('PAID'), null],
    ['first seen given back', null, figures('REFUNDED', 1000), 'purchase.refunded'],
    ['more given back', figures('PARTIALLY_REFUNDED', 400), figures('PARTIALLY_REFUNDED', 500), 'purchase.refunded'],
    ['a refund failed', figures('REFUNDED', 1000), figures('PAID'), 'purchase.restored'],
    ['disputed', figures('PAID'), figures('DISPUTED'), 'purchase.disputed'],
    ['a dispute won', figures('DISPUTED'), figures('PAID'), 'purchase.restored'],
    ['a dispute lost', figures('DISPUTED'), figures('CHARGED_BACK', 0, 1000), 'purchase.charged_back'],
  ] satisfies [string, PurchaseFigures | null, PurchaseFigures, string | null][])(
    '%s',
    (_what, before, after, event) => {
      expect(purchaseEvent(before, after)).toBe(event)
    },
  )
})

describe('Revoked shares of a purchase', () => {
  const purchase = (status: PurchaseStatus, reversedMinor: number) => ({ status, amountMinor: 1000, reversedMinor })
  it.each([
    ['nothing for nothing', 50, purchase('PAID', 0), 0, true],
    ['the same share, in the buyer’s favour', 50, purchase('PARTIALLY_REFUNDED', 333), 16, true],
    ['all for all', 50, purchase('REFUNDED', 1000), 50, false],
    ['all while a bank asks for it', 50, purchase('DISPUTED', 0), 50, true],
    ['the share that a lost dispute took', 50, purchase('CHARGED_BACK', 500), 25, true],
    ['nothing of what cost nothing', 50, { status: 'PAID' as const, amountMinor: 0, reversedMinor: 0 }, 0, true],
  ])('%s', (_what, given, purchased, taken, kept) => {
    expect(reversedShare(given, purchased)).toBe(taken)
    expect(isRetained(purchased)).toBe(kept)
  })
})
