import { planOf, fixed, orderOf, subscriptionOf, activeSubscription } from './catalog-helpers.js'
import { ask, startPayPalFixture, type PayPalFixture } from './sandbox-fixture.js'

// These rules follow public recordings of the real PayPal. Each test names its recordings and their date.
describe('recorded behavior of PayPal', () => {
  let bench: PayPalFixture
  beforeEach(async () => {
    bench = await startPayPalFixture()
  })
  afterEach(() => bench.close())

  // Answers of sandbox.paypal.com of 2024-08-13 and 2024-08-22 without the header Prefer.
  it('returns the payments and the payer of a captured order to each caller', async () => {
    const id = await orderOf(bench, '10.00')
    await bench.control('POST', `checkouts/${id}/pay`, {})
    const { status, body } = await bench.call('POST', `/v2/checkout/orders/${id}/capture`, {})
    expect(status).toBe(201)
    expect(Object.keys(body).toSorted()).toEqual(['id', 'links', 'payer', 'payment_source', 'purchase_units', 'status'])
    expect(body['purchase_units']).toMatchObject([
      {
        reference_id: 'default',
        payments: {
          captures: [{ status: 'COMPLETED', amount: { currency_code: 'USD', value: '10.00' }, final_capture: true }],
        },
      },
    ])
  })

  // BILLING.SUBSCRIPTION.ACTIVATED of a trial of one day, 2024-03-04.
  it('announces a subscription with a free trial after the trial has begun', async () => {
    const plan = await planOf(bench, '10', {
      billing_cycles: [
        { frequency: { interval_unit: 'DAY' }, tenure_type: 'TRIAL', sequence: 1, total_cycles: 1 },
        {
          frequency: { interval_unit: 'MONTH' },
          tenure_type: 'REGULAR',
          sequence: 2,
          total_cycles: 0,
          pricing_scheme: fixed('10'),
        },
      ],
    })
    await bench.control('POST', `checkouts/${await subscriptionOf(bench, plan)}/pay`, {})
    await bench.control('POST', 'clock', { bySeconds: 0 })
    const activated = bench.arrivals.find(({ event }) => event['event_type'] === 'BILLING.SUBSCRIPTION.ACTIVATED')
    expect(activated?.event['resource'].billing_info).toMatchObject({
      next_billing_time: '2026-02-01T10:00:00Z',
      cycle_executions: [
        { tenure_type: 'TRIAL', cycles_completed: 1, cycles_remaining: 0, current_pricing_scheme_version: 1 },
        { tenure_type: 'REGULAR', cycles_completed: 0 },
      ],
    })
  })

  // PAYMENT.SALE.COMPLETED, 2023-07-15, and PAYMENT.CAPTURE.REFUNDED, 2018.
  it('states amounts in the summaries of payments, and the protection of a sale', async () => {
    await activeSubscription(bench, await planOf(bench, '10'))
    const id = await orderOf(bench, '9.90')
    await bench.control('POST', `checkouts/${id}/pay`, {})
    const { body } = await bench.call('POST', `/v2/checkout/orders/${id}/capture`, {})
    const [capture] = body['purchase_units'][0].payments.captures
    await bench.call('POST', `/v2/payments/captures/${capture.id}/refund`, {})
    await bench.control('POST', 'clock', { bySeconds: 0 })
    const eventOf = (type: string) => bench.arrivals.find(({ event }) => event['event_type'] === type)?.event
    const sale = eventOf('PAYMENT.SALE.COMPLETED')
    expect(sale?.['summary']).toBe('Payment completed for $ 10.0 USD')
    expect(sale).not.toHaveProperty('resource_version')
    expect(sale?.['resource']).toMatchObject({
      protection_eligibility_type: 'ITEM_NOT_RECEIVED_ELIGIBLE,UNAUTHORIZED_PAYMENT_ELIGIBLE',
      links: expect.arrayContaining([expect.objectContaining({ rel: 'parent_payment' })]),
    })
    expect(eventOf('PAYMENT.CAPTURE.REFUNDED')?.['summary']).toBe('A $ 9.9 USD capture payment was refunded')
  })

  // Public error logs contain these responses with status 401.
  it('refuses a foreign and a revoked token in the shape of OAuth', async () => {
    const url = `${bench.sandbox.url}/paypal/v1/billing/plans`
    expect(await ask(url, 'GET', undefined, { authorization: 'Bearer A21AAforeign.token' })).toMatchObject({
      status: 401,
      body: { error: 'invalid_token', error_description: 'Token signature verification failed' },
    })
    await bench.control('POST', 'paypal/expire-tokens', {})
    expect(await bench.call('GET', '/v1/billing/plans')).toMatchObject({
      status: 401,
      body: { error: 'invalid_token', error_description: 'Access Token not found in cache' },
    })
  })
})
