import type { Order, Subscription } from '@paypal/paypal-server-sdk'
import { fromPayPalMoney, toPayPalMoney } from '#services/billing/providers/paypal/paypal-money.js'
import { intervalsAfter, periodAt } from '#services/catalog/products/interval.js'
import {
  readCapture,
  readDispute,
  readOrder,
  readSale,
  readSaleRefund,
} from '#services/billing/providers/paypal/read-payments.js'
import { readSubscription } from '#services/billing/providers/paypal/read-subscription.js'
import { ProviderUnavailable } from '#services/billing/providers/provider-errors.js'
import { readReference, referenceText } from '#services/billing/providers/paypal/reference.js'

const checkoutId = `chk_${'0'.repeat(26)}`
const accountId = `acc_${'1'.repeat(26)}`
const customId = referenceText({ checkoutId, accountId, startsLater: false })
const later = referenceText({ checkoutId, accountId, startsLater: true })

describe('PayPal amounts', () => {
  it.each([
    [999, 'USD', '9.99'],
    [5, 'USD', '0.05'],
    [0, 'USD', '0.00'],
    [-50, 'USD', '-0.50'],
    [500, 'JPY', '500'],
    [1250, 'KWD', '1.250'],
    [1, 'KWD', '0.001'],
    [100_000, 'HUF', '1000'],
    [30_000, 'TWD', '300'],
  ])('convert %d minor units of %s to %s and back', (amountMinor, currency, value) => {
    expect(toPayPalMoney({ amountMinor, currency })).toEqual({ currencyCode: currency, value })
    expect(fromPayPalMoney({ currencyCode: currency, value })).toEqual({ amountMinor, currency })
  })

  it.each([
    ['10', 'USD', 1000],
    ['10.5', 'USD', 1050],
    ['.50', 'USD', 50],
    ['500.00', 'JPY', 500],
    ['9.990', 'USD', 999],
  ])('read %s %s as %d', (value, currencyCode, amountMinor) => {
    expect(fromPayPalMoney({ value, currencyCode }).amountMinor).toBe(amountMinor)
  })

  it.each([
    ['9.999', 'USD'],
    ['500.5', 'JPY'],
    ['1e3', 'USD'],
    ['NaN', 'USD'],
    ['', 'USD'],
    ['.', 'USD'],
    ['1,000.00', 'USD'],
    ['99999999999999999999', 'USD'],
    ['١٢', 'USD'],
  ])('reject %p %s', (value, currencyCode) => {
    expect(() => fromPayPalMoney({ value, currencyCode })).toThrow(ProviderUnavailable)
  })

  it('reject a fraction of a currency without decimals instead of rounding', () => {
    expect(() => toPayPalMoney({ amountMinor: 100_050, currency: 'HUF' })).toThrow('without decimals')
    expect(() => toPayPalMoney({ amountMinor: 1.5, currency: 'USD' })).toThrow('not a whole number')
  })
})

describe('References on PayPal objects', () => {
  it('are read back; other text is not', () => {
    expect(readReference(customId)).toEqual({ checkoutId, accountId, startsLater: false })
    expect(readReference(later)).toEqual({ checkoutId, accountId, startsLater: true })
    expect(customId.length).toBeLessThanOrEqual(127)
    for (const other of [undefined, null, '', 'x', accountId, `${customId} `, `${customId}:x`, customId.toUpperCase()])
      expect(readReference(other)).toBeNull()
  })
})

describe('Periods from their anchor', () => {
  it.each([
    ['2026-01-31T10:00:00Z', 1, '2026-02-28T10:00:00Z'],
    ['2026-01-31T10:00:00Z', 2, '2026-03-31T10:00:00Z'],
    ['2028-01-31T10:00:00Z', 1, '2028-02-29T10:00:00Z'],
  ])('add to %s %d months: %s', (anchor, count, expected) => {
    expect(intervalsAfter(new Date(anchor), 'MONTH', count)).toEqual(new Date(expected))
  })

  it.each([
    ['MONTH', '2026-01-31T10:00:00Z', '2026-02-28T09:59:59Z', 0],
    ['MONTH', '2026-01-31T10:00:00Z', '2026-02-28T10:00:00Z', 1],
    ['MONTH', '2026-01-31T10:00:00Z', '2026-03-31T10:00:01Z', 2],
    ['MONTH', '2026-01-15T10:00:00Z', '2026-01-01T00:00:00Z', 0],
    ['YEAR', '2026-01-15T10:00:00Z', '2027-01-15T09:00:00Z', 0],
    ['YEAR', '2026-01-15T10:00:00Z', '2027-01-20T10:00:00Z', 1],
  ] as const)('have %s length from %s: %s is in number %d', (interval, anchor, moment, index) => {
    expect(periodAt(new Date(anchor), interval, new Date(moment)).index).toBe(index)
  })
})

describe('PayPal order mapped to our model', () => {
  const order = (changed: Partial<Order>, capture?: object): Order => ({
    id: 'ORDER1',
    status: 'APPROVED' as never,
    updateTime: '2026-01-15T10:05:00Z',
    purchaseUnits: [
      {
        customId,
        amount: { currencyCode: 'USD', value: '20.00' },
        ...(capture ? { payments: { captures: [capture] } } : {}),
      },
    ],
    ...changed,
  })
  const captured = (status: string, value = '20.00') =>
    readOrder(order({ status: 'COMPLETED' as never }, { id: 'CAP1', status, amount: { currencyCode: 'USD', value } }))

  it.each([
    ['CREATED', 'OPEN'],
    ['SAVED', 'OPEN'],
    ['PAYER_ACTION_REQUIRED', 'OPEN'],
    ['APPROVED', 'APPROVED'],
    ['VOIDED', 'EXPIRED'],
  ])('is %s as %s, without a payment', (status, expected) => {
    expect(readOrder(order({ status: status as never }))).toMatchObject({
      status: expected,
      paid: false,
      failed: false,
      checkoutId,
      customerId: accountId,
      subtotal: { amountMinor: 2000, currency: 'USD' },
    })
  })

  it.each([
    ['COMPLETED', true, false],
    ['PARTIALLY_REFUNDED', true, false],
    ['REFUNDED', true, false],
    ['PENDING', false, false],
    ['DECLINED', false, true],
    ['FAILED', false, true],
  ])('has a capture that is %s: paid %s, failed %s', (status, paid, failed) => {
    expect(captured(status)).toMatchObject({ status: 'COMPLETE', paymentId: 'CAP1', paid, failed })
  })

  it('uses the captured amount, not the requested one', () => {
    expect(captured('COMPLETED', '0.01').subtotal).toEqual({ amountMinor: 1, currency: 'USD' })
  })

  it('treats an unknown status as a missing response', () => {
    expect(() => readOrder(order({ status: 'FROZEN' as never }))).toThrow(ProviderUnavailable)
    expect(() => captured('MELTED')).toThrow(ProviderUnavailable)
    expect(() => readOrder(order({ purchaseUnits: [] }))).toThrow(ProviderUnavailable)
  })

  it('has a different name for each approval', () => {
    const [one, other] = ['2026-01-15T10:05:00Z', '2026-01-15T10:06:00Z'].map((updateTime) =>
      readOrder(order({ updateTime })),
    )
    expect(one!.approval).not.toBe(other!.approval)
    expect(readOrder(order({ status: 'CREATED' as never })).approval).toBeNull()
  })
})

describe('PayPal payments mapped to our model', () => {
  it('date a capture by its last change, until a refund changes it too', () => {
    const capture = (status: string) =>
      readCapture({
        id: 'CAP1',
        status: status as never,
        amount: { currencyCode: 'JPY', value: '500' },
        customId,
        createTime: '2026-01-15T10:00:00Z',
        updateTime: '2026-01-18T10:00:00Z',
      })
    expect(capture('COMPLETED')).toMatchObject({
      status: 'SUCCEEDED',
      money: { amountMinor: 500, currency: 'JPY' },
      paidAt: new Date('2026-01-18T10:00:00Z'),
    })
    expect(capture('REFUNDED').paidAt).toEqual(new Date('2026-01-15T10:00:00Z'))
    expect(capture('PENDING')).toMatchObject({ status: 'PENDING', paidAt: null })
  })

  it.each([
    ['completed', 'SUCCEEDED'],
    ['partially_refunded', 'SUCCEEDED'],
    ['refunded', 'SUCCEEDED'],
    ['pending', 'PENDING'],
    ['denied', 'FAILED'],
  ])('map a sale that is %s to %s, with itself as invoice', (state, status) => {
    const sale = {
      id: 'SALE1',
      state,
      amount: { total: '20.00', currency: 'USD' },
      billing_agreement_id: 'I-1',
      create_time: '2026-01-15T10:00:00Z',
    }
    expect(readSale(sale)).toMatchObject({ status, invoiceId: 'SALE1', money: { amountMinor: 2000 } })
  })

  it('map a refund of a sale to our refund', () => {
    expect(
      readSaleRefund({
        id: 'REF1',
        state: 'completed',
        amount: { total: '-5.00', currency: 'USD' },
        invoice_number: 'rfd_1',
        create_time: '2026-01-16T10:00:00Z',
      }),
    ).toMatchObject({ externalId: 'REF1', refundId: 'rfd_1', amountMinor: 500, status: 'SUCCEEDED' })
  })

  it.each([
    ['OPEN', undefined, 'OPEN'],
    ['WAITING_FOR_SELLER_RESPONSE', undefined, 'OPEN'],
    ['UNDER_REVIEW', undefined, 'OPEN'],
    ['RESOLVED', 'RESOLVED_BUYER_FAVOUR', 'LOST'],
    ['RESOLVED', 'ACCEPTED', 'LOST'],
    ['RESOLVED', 'RESOLVED_SELLER_FAVOUR', 'WON'],
    ['RESOLVED', 'CANCELED_BY_BUYER', 'WON'],
    ['RESOLVED', 'RESOLVED_WITH_PAYOUT', 'WON'],
    ['RESOLVED', 'SOMETHING_NEW', 'OPEN'],
  ])('map a dispute that is %s (%s) to %s', (status, outcome, expected) => {
    const dispute = {
      dispute_id: 'PP-D-1',
      status,
      create_time: '2026-01-16T10:00:00Z',
      dispute_amount: { currency_code: 'USD', value: '20.00' },
      ...(outcome ? { dispute_outcome: { outcome_code: outcome } } : {}),
    }
    expect(readDispute(dispute)).toMatchObject({ status: expected, amountMinor: 2000 })
  })
})

describe('PayPal subscription mapped to our model', () => {
  const money = { currencyCode: 'USD', value: '20.00' }
  const subscription = (changed: Partial<Subscription>, billing: object = {}): Subscription => ({
    id: 'I-1',
    planId: 'P-1',
    quantity: '2',
    customId,
    status: 'ACTIVE' as never,
    createTime: '2026-01-31T10:00:00Z',
    startTime: '2026-01-31T10:00:00Z',
    billingInfo: { outstandingBalance: { ...money, value: '0.00' }, failedPaymentsCount: 0, ...billing },
    ...changed,
  })
  const paid = { lastPayment: { amount: money, time: '2026-01-31T10:00:10Z' }, nextBillingTime: '2026-02-28T10:00:00Z' }
  const failed = {
    // PayPal counts a failure only when it has tried several times.
    failedPaymentsCount: 0,
    outstandingBalance: money,
    lastFailedPayment: { amount: money, time: '2026-02-28T10:00:00Z', nextPaymentRetryTime: '2026-03-05T10:00:00Z' },
  }

  it.each([
    ['approved and not paid', 'ACTIVE', {}, 'INCOMPLETE'],
    ['waiting for the buyer', 'APPROVAL_PENDING', {}, 'INCOMPLETE'],
    ['paid', 'ACTIVE', paid, 'ACTIVE'],
    ['with a payment that failed', 'ACTIVE', { ...paid, ...failed }, 'PAST_DUE'],
    ['given up by PayPal', 'SUSPENDED', { ...paid, ...failed }, 'UNPAID'],
    ['suspended by somebody', 'SUSPENDED', paid, 'PAUSED'],
    ['cancelled', 'CANCELLED', { lastPayment: paid.lastPayment }, 'CANCELED'],
    ['expired', 'EXPIRED', { lastPayment: paid.lastPayment }, 'CANCELED'],
    ['cancelled before it was paid', 'CANCELLED', {}, 'INCOMPLETE_EXPIRED'],
  ])('%s: %s', (_what, status, billing, expected) => {
    expect(readSubscription(subscription({ status: status as never }, billing), 'MONTH').status).toBe(expected)
  })

  it('has a calendar period that ends at PayPal’s next date', () => {
    const read = readSubscription(subscription({}, paid), 'MONTH')
    expect(read).toMatchObject({ customerId: accountId, checkoutId, startedAt: new Date('2026-01-31T10:00:00Z') })
    expect(read.items).toEqual([
      {
        externalId: 'I-1',
        priceExternalId: 'P-1',
        quantity: 2,
        currentPeriodStart: new Date('2026-01-31T10:00:00Z'),
        currentPeriodEnd: new Date('2026-02-28T10:00:00Z'),
      },
    ])
  })

  it('assigns a failed payment to its period, with its number', () => {
    const read = readSubscription(subscription({}, { ...paid, ...failed }), 'MONTH')
    expect(read.items[0]).toMatchObject({
      currentPeriodStart: new Date('2026-02-28T10:00:00Z'),
      currentPeriodEnd: new Date('2026-03-31T10:00:00Z'),
    })
    expect(read.latestInvoice).toMatchObject({
      externalId: 'I-1@2026-02-28',
      open: true,
      attempts: 1,
      amountDue: { amountMinor: 2000, currency: 'USD' },
      nextAttemptAt: new Date('2026-03-05T10:00:00Z'),
    })
  })

  it('is free until its start if it starts later', () => {
    const trial = subscription(
      { customId: later, startTime: '2026-02-14T10:00:00Z' },
      { nextBillingTime: '2026-02-14T10:00:00Z' },
    )
    expect(readSubscription(trial, 'MONTH')).toMatchObject({
      status: 'TRIALING',
      trialEnd: new Date('2026-02-14T10:00:00Z'),
      startedAt: new Date('2026-01-31T10:00:00Z'),
      items: [{ currentPeriodEnd: new Date('2026-02-14T10:00:00Z') }],
    })
  })

  it('grants nothing for a page that is approved days later', () => {
    const late = subscription(
      { createTime: '2026-01-31T10:00:00Z', startTime: '2026-02-02T10:00:00Z' },
      { nextBillingTime: '2026-03-02T10:00:00Z' },
    )
    expect(readSubscription(late, 'MONTH')).toMatchObject({ status: 'INCOMPLETE', trialEnd: null })
    // Nor who was to begin later, and approved later than that.
    expect(readSubscription({ ...late, customId: later }, 'MONTH').status).toBe('INCOMPLETE')
  })

  it('computes the number of an attempt from its day: PayPal retries every five', () => {
    const attempt = (time: string) =>
      readSubscription(subscription({}, { ...paid, ...failed, lastFailedPayment: { amount: money, time } }), 'MONTH')
        .latestInvoice?.attempts
    expect([attempt('2026-02-28T10:00:00Z'), attempt('2026-03-05T10:00:05Z'), attempt('2026-03-10T10:00:09Z')]).toEqual(
      [1, 2, 3],
    )
  })

  it('keeps the paid period or trial of a canceled subscription', () => {
    const read = (changed: Partial<Subscription>, billing: object) =>
      readSubscription(subscription({ status: 'CANCELLED' as never, ...changed }, billing), 'MONTH').paidUntil
    expect(read({}, { lastPayment: paid.lastPayment })).toEqual(new Date('2026-02-28T10:00:00Z'))
    expect(read({ customId: later, startTime: '2026-02-14T10:00:00Z' }, {})).toEqual(new Date('2026-02-14T10:00:00Z'))
    expect(readSubscription(subscription({}, paid), 'MONTH').paidUntil).toBeNull()
  })

  it('uses PayPal’s next date after a change of interval', () => {
    const changed = { lastPayment: { time: '2026-03-31T10:00:00Z' }, nextBillingTime: '2027-03-31T10:00:00Z' }
    expect(readSubscription(subscription({}, changed), 'YEAR').items[0]).toMatchObject({
      currentPeriodStart: new Date('2026-03-31T10:00:00Z'),
      currentPeriodEnd: new Date('2027-03-31T10:00:00Z'),
    })
  })

  it.each([
    ['their price', 1000, 2, true],
    ['another quantity', 1000, 3, false],
    ['another price', 2000, 2, false],
  ])('states whether its last payment was for the current lines: %s', (_what, amountMinor, quantity, expected) => {
    const price = { amountMinor, currency: 'USD' }
    const read = (billing: object, of: { amountMinor: number; currency: string } | null = price) =>
      readSubscription(subscription({ quantity: String(quantity) }, billing), 'MONTH', of).linesPaid
    expect(read(paid)).toBe(expected)
    expect(read(paid, { ...price, currency: 'EUR' })).toBe(false)
    expect([read({}), read(paid, null)]).toEqual([null, null])
  })

  it('belongs to no account without our reference', () => {
    expect(
      readSubscription(subscription({ customId: 'something', subscriber: { payerId: 'PAYER1' } }, paid), 'MONTH'),
    ).toMatchObject({ customerId: 'payer:PAYER1', checkoutId: null })
  })

  it('treats an unknown status as a missing response', () => {
    expect(() => readSubscription(subscription({ status: 'FROZEN' as never }), 'MONTH')).toThrow(ProviderUnavailable)
  })
})
