import { activeSubscription, fixed, issueOf, planOf, subscriptionOf } from './catalog-helpers.js'
import { startPayPalFixture, type PayPalFixture } from './sandbox-fixture.js'

const MONTH = { interval_unit: 'MONTH' }

describe('PayPal subscriptions in the sandbox', () => {
  let bench: PayPalFixture
  beforeEach(async () => {
    bench = await startPayPalFixture()
  })
  afterEach(() => bench.close())

  const get = async (id: string, fields = '') =>
    (await bench.call('GET', `/v1/billing/subscriptions/${id}${fields}`)).body
  const sales = async (id: string) => {
    const range = 'start_time=2020-01-01T00:00:00Z&end_time=2040-01-01T00:00:00Z'
    const { body } = await bench.call('GET', `/v1/billing/subscriptions/${id}/transactions?${range}`)
    return (body['transactions'] as { time: string; status: string; amount_with_breakdown: never }[]).map(
      ({ time, status, amount_with_breakdown: { gross_amount } }) => [
        time.slice(0, 10),
        status,
        (gross_amount as { value: string }).value,
      ],
    )
  }

  it('start on approval, are billed monthly from their anchor, and end on cancellation', async () => {
    const id = await subscriptionOf(bench, await planOf(bench))
    expect((await get(id))['status']).toBe('APPROVAL_PENDING')
    expect((await get(id))['billing_info']).toBeUndefined()
    const paid = await bench.control('POST', `checkouts/${id}/pay`, {})
    const back = new URL(paid.body['url'] as string)
    expect([paid.body['status'], back.searchParams.get('subscription_id')]).toEqual(['ACTIVE', id])
    expect((await bench.control('POST', `checkouts/${id}/pay`, {})).status).toBe(409)

    await bench.moveTo('2026-04-01T00:00:00Z')
    expect(await sales(id)).toEqual([
      ['2026-01-31', 'COMPLETED', '10.00'],
      ['2026-02-28', 'COMPLETED', '10.00'],
      ['2026-03-31', 'COMPLETED', '10.00'],
    ])
    const active = await get(id, '?fields=plan')
    expect(active).toMatchObject({
      status: 'ACTIVE',
      custom_id: 'account-7',
      billing_info: {
        next_billing_time: '2026-04-30T10:00:00Z',
        failed_payments_count: 0,
        outstanding_balance: { value: '0.00' },
        cycle_executions: [{ cycles_completed: 3, total_cycles: 0, current_pricing_scheme_version: 1 }],
      },
      plan: { name: 'Plus monthly' },
    })
    const sale = bench.arrivals.find(({ event }) => event['event_type'] === 'PAYMENT.SALE.COMPLETED')?.event['resource']
    expect(sale).toMatchObject({ billing_agreement_id: id, custom: 'account-7', amount: { total: '10.00' } })
    expect((await bench.call('GET', `/v1/payments/sale/${sale.id}`)).body['state']).toBe('completed')

    const cancel = () => bench.call('POST', `/v1/billing/subscriptions/${id}/cancel`, { reason: 'enough' })
    expect((await cancel()).status).toBe(204)
    expect(issueOf(await cancel())).toBe('422 SUBSCRIPTION_STATUS_INVALID')
    await bench.moveTo('2026-07-01T00:00:00Z')
    expect((await sales(id)).length).toBe(3)
    expect((await get(id))['status_change_note']).toBe('enough')
    expect(bench.types().filter((type) => !type.startsWith('CATALOG') && !type.startsWith('BILLING.PLAN'))).toEqual([
      'BILLING.SUBSCRIPTION.CREATED',
      'BILLING.SUBSCRIPTION.ACTIVATED',
      'PAYMENT.SALE.COMPLETED',
      'PAYMENT.SALE.COMPLETED',
      'PAYMENT.SALE.COMPLETED',
      'BILLING.SUBSCRIPTION.CANCELLED',
    ])
  })

  it('support a free trial, a paid one, a setup fee and a quantity, and expire after their last cycle', async () => {
    const plan = await planOf(bench, '20', {
      quantity_supported: true,
      taxes: { percentage: '10', inclusive: false },
      payment_preferences: { setup_fee: { currency_code: 'USD', value: '5' } },
      billing_cycles: [
        { frequency: { interval_unit: 'DAY', interval_count: 14 }, tenure_type: 'TRIAL', sequence: 1 },
        { frequency: MONTH, tenure_type: 'TRIAL', sequence: 2, total_cycles: 1, pricing_scheme: fixed('1') },
        { frequency: MONTH, tenure_type: 'REGULAR', sequence: 3, total_cycles: 2, pricing_scheme: fixed('20') },
      ],
    })
    const id = await activeSubscription(bench, plan, { quantity: '3' })
    expect((await get(id))['billing_info'].next_billing_time).toBe('2026-02-14T10:00:00Z')
    await bench.moveTo('2026-12-01T00:00:00Z')
    expect(await sales(id)).toEqual([
      ['2026-01-31', 'COMPLETED', '5.00'],
      ['2026-02-14', 'COMPLETED', '3.30'],
      ['2026-03-14', 'COMPLETED', '66.00'],
      ['2026-04-14', 'COMPLETED', '66.00'],
    ])
    const over = await get(id)
    expect([over['status'], over['status_update_time']]).toEqual(['EXPIRED', '2026-05-14T10:00:00Z'])
    expect(bench.types().at(-1)).toBe('BILLING.SUBSCRIPTION.EXPIRED')
  })

  it('retry a failed payment twice, count the failure, and are suspended at the threshold', async () => {
    const id = await activeSubscription(bench, await planOf(bench))
    await bench.control('POST', 'payments/fail-next', { customer: id, times: 4 })
    await bench.moveTo('2026-02-28T10:00:00Z')
    expect((await get(id))['billing_info']).toMatchObject({
      failed_payments_count: 0,
      outstanding_balance: { value: '10.00' },
    })
    await bench.moveTo('2026-03-11T00:00:00Z')
    expect((await get(id))['billing_info']).toMatchObject({
      failed_payments_count: 1,
      last_failed_payment: { reason_code: 'PAYMENT_DENIED', amount: { value: '10.00' } },
    })
    await bench.moveTo('2026-04-01T00:00:00Z')
    const suspended = await get(id)
    expect([suspended['status'], suspended['billing_info'].outstanding_balance.value]).toEqual(['SUSPENDED', '20.00'])
    expect(bench.types().slice(-5)).toEqual([
      'BILLING.SUBSCRIPTION.PAYMENT.FAILED',
      'BILLING.SUBSCRIPTION.PAYMENT.FAILED',
      'BILLING.SUBSCRIPTION.PAYMENT.FAILED',
      'BILLING.SUBSCRIPTION.PAYMENT.FAILED',
      'BILLING.SUBSCRIPTION.SUSPENDED',
    ])

    const capture = (value: string) =>
      bench.call('POST', `/v1/billing/subscriptions/${id}/capture`, {
        note: 'what is owed',
        capture_type: 'OUTSTANDING_BALANCE',
        amount: { currency_code: 'USD', value },
      })
    expect(issueOf(await capture('20.01'))).toBe('422 AMOUNT_GREATER_THAN_OUTSTANDING_BALANCE /amount/value')
    expect((await capture('20.00')).body['status']).toBe('COMPLETED')
    expect(issueOf(await capture('1'))).toBe('422 ZERO_OUTSTANDING_BALANCE')
    expect((await bench.call('POST', `/v1/billing/subscriptions/${id}/activate`, { reason: 'paid' })).status).toBe(204)
    await bench.moveTo('2026-05-02T00:00:00Z')
    expect((await sales(id)).at(-1)).toEqual(['2026-04-30', 'COMPLETED', '10.00'])
    expect(bench.types().slice(-3)).toEqual([
      'PAYMENT.SALE.COMPLETED',
      'BILLING.SUBSCRIPTION.RE-ACTIVATED',
      'PAYMENT.SALE.COMPLETED',
    ])
  })

  it('are not billed while suspended by the merchant, and not afterwards for that time', async () => {
    const id = await activeSubscription(bench, await planOf(bench))
    await bench.call('POST', `/v1/billing/subscriptions/${id}/suspend`, { reason: 'holiday' })
    await bench.moveTo('2026-05-05T00:00:00Z')
    expect((await sales(id)).length).toBe(1)
    await bench.call('POST', `/v1/billing/subscriptions/${id}/activate`, {})
    expect((await get(id))['billing_info'].next_billing_time).toBe('2026-05-31T10:00:00Z')
    expect(issueOf(await bench.call('POST', `/v1/billing/subscriptions/${id}/activate`, {}))).toBe(
      '422 SUBSCRIPTION_STATUS_INVALID',
    )
  })

  it("change plan and quantity from the next bill after the subscriber's approval", async () => {
    const small = await planOf(bench, '10', { quantity_supported: true })
    const { body: known } = await bench.call('GET', `/v1/billing/plans/${small}`)
    const large = await planOf(bench, '30', { quantity_supported: true, product_id: known['product_id'] })
    const foreign = await planOf(bench, '30')
    const id = await activeSubscription(bench, small)
    const revise = (body: object) => bench.call('POST', `/v1/billing/subscriptions/${id}/revise`, body)
    expect(issueOf(await revise({ plan_id: foreign }))).toBe('422 PLAN_PRODUCT_NOT_COMPATIBLE /plan_id')
    const revised = await revise({ plan_id: large, quantity: '2' })
    expect(revised.body).toMatchObject({ plan_id: large, quantity: '2', plan_overridden: false })
    expect((await get(id))['plan_id']).toBe(small)
    await bench.control('POST', `checkouts/${id}/pay`, {})
    expect(await get(id)).toMatchObject({ plan_id: large, quantity: '2', status: 'ACTIVE' })
    await bench.moveTo('2026-03-01T00:00:00Z')
    expect(await sales(id)).toEqual([
      ['2026-01-31', 'COMPLETED', '10.00'],
      ['2026-02-28', 'COMPLETED', '60.00'],
    ])
    expect(bench.types()).toContain('BILLING.SUBSCRIPTION.UPDATED')
  })

  it('use a new price of their plan from its tenth day', async () => {
    const plan = await planOf(bench)
    const id = await activeSubscription(bench, plan)
    await bench.moveTo('2026-02-20T00:00:00Z')
    const schemes = { pricing_schemes: [{ billing_cycle_sequence: 1, pricing_scheme: fixed('12.5') }] }
    expect((await bench.call('POST', `/v1/billing/plans/${plan}/update-pricing-schemes`, schemes)).status).toBe(204)
    await bench.moveTo('2026-04-01T00:00:00Z')
    expect((await sales(id)).map(([, , value]) => value)).toEqual(['10.00', '10.00', '12.50'])
    const { body } = await bench.call('GET', `/v1/billing/plans/${plan}`)
    expect(body['billing_cycles'][0].pricing_scheme).toMatchObject({ version: 2, fixed_price: { value: '12.50' } })
  })

  it('support bank payments, activation by the merchant, a later start, and overrides of the plan', async () => {
    const plan = await planOf(bench)
    const slow = await subscriptionOf(bench, plan)
    await bench.control('POST', `checkouts/${slow}/pay`, { outcome: 'async_paid' })
    expect((await sales(slow))[0]?.[1]).toBe('PENDING')
    const late = await subscriptionOf(bench, plan, { start_time: '2026-02-10T00:00:00Z' })
    await bench.control('POST', `checkouts/${late}/pay`, {})
    expect([(await get(late))['status'], (await sales(late)).length]).toEqual(['ACTIVE', 0])
    const own = await subscriptionOf(bench, plan, {
      plan: { billing_cycles: [{ sequence: 1, total_cycles: 1, pricing_scheme: fixed('7') }] },
      application_context: {
        user_action: 'CONTINUE',
        return_url: 'https://shop.example.com/back',
        cancel_url: 'https://shop.example.com/no',
      },
    })
    await bench.control('POST', `checkouts/${own}/pay`, {})
    expect((await get(own))['status']).toBe('APPROVED')
    await bench.call('POST', `/v1/billing/subscriptions/${own}/activate`, {})
    await bench.moveTo('2026-03-05T00:00:00Z')
    expect((await sales(slow))[0]?.[1]).toBe('COMPLETED')
    expect(await sales(late)).toEqual([['2026-02-10', 'COMPLETED', '10.00']])
    expect([(await get(own))['status'], await sales(own)]).toEqual(['EXPIRED', [['2026-01-31', 'COMPLETED', '7.00']]])
    expect(bench.types()).toEqual(expect.arrayContaining(['PAYMENT.SALE.PENDING', 'PAYMENT.SALE.COMPLETED']))
  })

  it('reject a declined subscriber, incompatible plans and bad input as PayPal does', async () => {
    const plan = await planOf(bench)
    const id = await subscriptionOf(bench, plan)
    const declined = await bench.control('POST', `checkouts/${id}/pay`, { outcome: 'declined' })
    expect([declined.body['status'], declined.body['declineCode']]).toEqual(['APPROVAL_PENDING', 'INSTRUMENT_DECLINED'])
    const create = (body: object) => bench.call('POST', '/v1/billing/subscriptions', body)
    expect(issueOf(await create({}))).toBe('400 MISSING_REQUIRED_PARAMETER /plan_id')
    expect(issueOf(await create({ plan_id: 'P-NONE' }))).toBe('422 INVALID_RESOURCE_ID /plan_id')
    expect(issueOf(await create({ plan_id: plan, quantity: '2' }))).toBe(
      '422 SUBSCRIPTION_CANNOT_HAVE_QUANTITY /quantity',
    )
    expect((await bench.call('POST', `/v1/billing/plans/${plan}/deactivate`)).status).toBe(204)
    expect(issueOf(await create({ plan_id: plan }))).toBe('422 PLAN_STATUS_INVALID /plan_id')
    expect(issueOf(await bench.call('GET', '/v1/billing/subscriptions/I-NONE'))).toBe('404 INVALID_RESOURCE_ID')

    const plans = (cycles: object[], preferences: object = {}) =>
      bench.call('POST', '/v1/billing/plans', {
        product_id: 'PROD-NONE',
        name: 'x',
        billing_cycles: cycles,
        payment_preferences: preferences,
      })
    expect(issueOf(await plans([]))).toBe('400 INVALID_ARRAY_MIN_ITEMS /billing_cycles')
    const { body: known } = await bench.call('GET', `/v1/billing/plans/${plan}`)
    const fit = (...billing_cycles: object[]) =>
      bench.call('POST', '/v1/billing/plans', {
        product_id: known['product_id'],
        name: 'x',
        billing_cycles,
        payment_preferences: {},
      })
    const regular = { frequency: MONTH, tenure_type: 'REGULAR', sequence: 1, pricing_scheme: fixed('10') }
    expect(issueOf(await fit({ ...regular, tenure_type: 'TRIAL' }))).toBe(
      '422 MISSING_REGULAR_BILLING_CYCLE /billing_cycles',
    )
    expect(issueOf(await fit({ ...regular, sequence: 2 }))).toBe('422 INVALID_BILLING_CYCLE_SEQUENCE /billing_cycles')
    expect(issueOf(await fit({ ...regular, pricing_scheme: fixed('1.005') }))).toBe(
      '422 DECIMAL_PRECISION /billing_cycles/0/pricing_scheme/fixed_price/value',
    )
    expect(issueOf(await fit({ ...regular, pricing_scheme: fixed('100.5', 'JPY') }))).toBe(
      '422 DECIMALS_NOT_SUPPORTED /billing_cycles/0/pricing_scheme/fixed_price/value',
    )
    expect(issueOf(await fit({ ...regular, pricing_scheme: fixed('1.000', 'KWD') }))).toBe(
      '422 CURRENCY_NOT_SUPPORTED_FOR_RECEIVER /billing_cycles/0/pricing_scheme/fixed_price/currency_code',
    )
  })
})
