import { capturedOrder, issueOf, orderOf, activeSubscription, planOf } from './catalog-helpers.js'
import { startPayPalFixture, type PayPalFixture } from './sandbox-fixture.js'

const WHOLE = { prefer: 'return=representation' }

describe('PayPal payments in the sandbox', () => {
  let bench: PayPalFixture
  beforeEach(async () => {
    bench = await startPayPalFixture()
  })
  afterEach(() => bench.close())

  const refund = (capture: string, body: object = {}, headers: Record<string, string> = {}) =>
    bench.call('POST', `/v2/payments/captures/${capture}/refund`, body, { ...WHOLE, ...headers })
  const usd = (value: string) => ({ amount: { currency_code: 'USD', value } })

  it('are refunded in part and in full, once per request ID', async () => {
    const capture = await capturedOrder(bench, '10.00')
    const part = await refund(capture, usd('4'), { 'paypal-request-id': 'r-1' })
    expect([part.status, part.body['amount'].value]).toEqual([201, '4.00'])
    const again = await refund(capture, usd('4'), { 'paypal-request-id': 'r-1' })
    expect(again.body['id']).toBe(part.body['id'])
    expect(issueOf(await refund(capture, usd('5'), { 'paypal-request-id': 'r-1' }))).toBe(
      '422 DUPLICATE_REQUEST_ID PayPal-Request-Id',
    )
    expect(issueOf(await refund(capture, usd('6.01')))).toBe('422 REFUND_AMOUNT_EXCEEDED /amount/value')
    expect(issueOf(await refund(capture, { amount: { currency_code: 'EUR', value: '1' } }))).toBe(
      '422 REFUND_CAPTURE_CURRENCY_MISMATCH /amount/currency_code',
    )
    expect((await bench.call('GET', `/v2/payments/captures/${capture}`)).body['status']).toBe('PARTIALLY_REFUNDED')
    const rest = await refund(capture)
    expect(rest.body).toMatchObject({
      status: 'COMPLETED',
      amount: { value: '6.00' },
      seller_payable_breakdown: { total_refunded_amount: { value: '10.00' } },
    })
    expect(issueOf(await refund(capture))).toBe('422 CAPTURE_FULLY_REFUNDED')
    await bench.moveTo('2026-01-31T10:01:00Z')
    expect(bench.types().slice(-2)).toEqual(['PAYMENT.CAPTURE.REFUNDED', 'PAYMENT.CAPTURE.REFUNDED'])
    const up = bench.arrivals.at(-1)!.event['resource'].links.find(({ rel }: { rel: string }) => rel === 'up')
    expect(up.href).toContain(`/v2/payments/captures/${capture}`)
    // 45 days later the ID is new again, and the refund is rejected because of the earlier one.
    await bench.moveTo('2026-03-18T00:00:00Z')
    expect(issueOf(await refund(capture, usd('4'), { 'paypal-request-id': 'r-1' }))).toBe('422 CAPTURE_FULLY_REFUNDED')
  })

  it('wait for a bank that pays or declines, and cannot be refunded before', async () => {
    const good = await capturedOrder(bench, '10.00', 'async_paid')
    const bad = await capturedOrder(bench, '11.00', 'async_failed')
    const status = async (id: string) => (await bench.call('GET', `/v2/payments/captures/${id}`)).body['status']
    expect([await status(good), await status(bad)]).toEqual(['PENDING', 'PENDING'])
    expect(issueOf(await refund(good))).toBe('422 PENDING_CAPTURE')
    await bench.moveTo('2026-02-03T10:00:00Z')
    expect([await status(good), await status(bad)]).toEqual(['COMPLETED', 'DECLINED'])
    expect(bench.types().filter((type) => type.startsWith('PAYMENT'))).toEqual([
      'PAYMENT.CAPTURE.PENDING',
      'PAYMENT.CAPTURE.PENDING',
      'PAYMENT.CAPTURE.COMPLETED',
      'PAYMENT.CAPTURE.DENIED',
    ])
  })

  it('are declined, with another choice for the payer; an unapproved order expires after three hours', async () => {
    const id = await orderOf(bench)
    await bench.control('POST', `checkouts/${id}/pay`, { outcome: 'declined' })
    const declined = await bench.call('POST', `/v2/checkout/orders/${id}/capture`, {})
    expect(issueOf(declined)).toBe('422 INSTRUMENT_DECLINED')
    expect(declined.body['links'].some(({ rel }: { rel: string }) => rel === 'redirect')).toBe(true)
    await bench.control('POST', `checkouts/${id}/pay`, {})
    await bench.control('POST', 'payments/fail-next', { customer: id })
    expect(issueOf(await bench.call('POST', `/v2/checkout/orders/${id}/capture`, {}))).toBe('422 INSTRUMENT_DECLINED')
    await bench.control('POST', `checkouts/${id}/pay`, {})
    expect((await bench.call('POST', `/v2/checkout/orders/${id}/capture`, {})).body['status']).toBe('COMPLETED')

    const lonely = await orderOf(bench)
    const approved = await orderOf(bench)
    await bench.control('POST', `checkouts/${approved}/pay`, {})
    await bench.moveTo('2026-01-31T13:00:00Z')
    expect(issueOf(await bench.call('GET', `/v2/checkout/orders/${lonely}`))).toBe('404 INVALID_RESOURCE_ID')
    expect(issueOf(await bench.call('POST', `/v2/checkout/orders/${approved}/capture`, {}))).toBe(
      '404 INVALID_RESOURCE_ID',
    )
    expect(bench.types().at(-1)).toBe('CHECKOUT.PAYMENT-APPROVAL.REVERSED')
  })

  it('follow from orders that can be changed until the capture', async () => {
    const id = await orderOf(bench, '10.00')
    const path = "/purchase_units/@reference_id=='default'"
    const patch = (operations: object[]) => bench.call('PATCH', `/v2/checkout/orders/${id}`, operations)
    const replace = (field: string, value: unknown) => ({ op: 'replace', path: `${path}/${field}`, value })
    expect((await patch([replace('amount', { currency_code: 'USD', value: '12' })])).status).toBe(204)
    expect(issueOf(await patch([{ op: 'replace', path: '/intent', value: 'AUTHORIZE' }]))).toBe(
      '422 NOT_PATCHABLE /0/path',
    )
    await bench.control('POST', `checkouts/${id}/pay`, {})
    expect(issueOf(await patch([replace('amount', { currency_code: 'USD', value: '13' })]))).toBe(
      '422 AMOUNT_CHANGE_NOT_ALLOWED',
    )
    await bench.call('POST', `/v2/checkout/orders/${id}/capture`, {})
    const { body } = await bench.call('GET', `/v2/checkout/orders/${id}`)
    expect(body['purchase_units'][0].payments.captures[0].amount.value).toBe('12.00')
    expect(issueOf(await patch([replace('custom_id', 'x')]))).toBe('422 ORDER_ALREADY_COMPLETED')
  })

  it("are rejected for malformed amounts, and use the currency's decimals", async () => {
    const make = (currency_code: string, value: unknown, more: object = {}) =>
      bench.call(
        'POST',
        '/v2/checkout/orders',
        { intent: 'CAPTURE', purchase_units: [{ amount: { currency_code, value, ...more } }] },
        WHOLE,
      )
    const place = '/purchase_units/0/amount'
    expect((await make('JPY', '500')).body['purchase_units'][0].amount.value).toBe('500')
    expect((await make('JPY', '500.00')).body['purchase_units'][0].amount.value).toBe('500')
    expect((await make('EUR', '.5')).body['purchase_units'][0].amount.value).toBe('0.50')
    expect(issueOf(await make('JPY', '500.5'))).toBe(`422 DECIMALS_NOT_SUPPORTED ${place}/value`)
    expect(issueOf(await make('USD', '1.005'))).toBe(`422 DECIMAL_PRECISION ${place}/value`)
    expect(issueOf(await make('KWD', '1.005'))).toBe(`422 INVALID_CURRENCY_CODE ${place}/currency_code`)
    expect(issueOf(await make('USD', '0'))).toBe(`422 CANNOT_BE_ZERO_OR_NEGATIVE ${place}/value`)
    expect(issueOf(await make('USD', '-1'))).toBe(`422 CANNOT_BE_ZERO_OR_NEGATIVE ${place}/value`)
    expect(issueOf(await make('USD', '9999999999999999'))).toBe(`422 MAX_VALUE_EXCEEDED ${place}/value`)
    expect(issueOf(await make('USD', 'ten'))).toBe(`400 INVALID_PARAMETER_SYNTAX ${place}/value`)
    expect(issueOf(await make('DOLLAR', '1'))).toMatch(/^400 INVALID_STRING_LENGTH/)
    const breakdown = { item_total: { currency_code: 'USD', value: '9' } }
    expect(issueOf(await make('USD', '10', { breakdown }))).toBe(`422 AMOUNT_MISMATCH ${place}/value`)
    expect((await make('USD', '123456789012345.67')).body['purchase_units'][0].amount.value).toBe('123456789012345.67')
  })

  it('are disputed by their payers, and reversed if the merchant loses or accepts', async () => {
    const lost = await capturedOrder(bench, '10.00')
    const kept = await capturedOrder(bench, '20.00')
    const plan = await planOf(bench, '30')
    const subscription = await activeSubscription(bench, plan)
    const dispute = (payment: string, status: string) => bench.control('POST', 'disputes', { payment, status })
    const opened = await dispute(lost, 'needs_response')
    expect(opened.body).toMatchObject({ status: 'WAITING_FOR_SELLER_RESPONSE', charge: lost, amount: '10.00' })
    expect(issueOf(await refund(lost, usd('1')))).toBe('422 TRANSACTION_DISPUTED')
    await dispute(lost, 'lost')
    expect((await dispute(kept, 'won')).body['outcome']).toBe('RESOLVED_SELLER_FAVOUR')
    expect((await dispute(kept, 'lost')).status).toBe(409)
    expect((await bench.call('GET', `/v2/payments/captures/${lost}`)).body['status']).toBe('REFUNDED')
    expect((await bench.call('GET', `/v2/payments/captures/${kept}`)).body['status']).toBe('COMPLETED')
    expect(issueOf(await refund(lost))).toBe('422 REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK')

    const third = await dispute(subscription, 'warning_needs_response')
    const path = `/v1/customer/disputes/${String(third.body['id'])}`
    expect((await bench.call('GET', path)).body['dispute_life_cycle_stage']).toBe('INQUIRY')
    const listed = await bench.call('GET', '/v1/customer/disputes?dispute_state=REQUIRED_ACTION')
    expect(listed.body['items'].map(({ dispute_id }: { dispute_id: string }) => dispute_id)).toEqual([third.body['id']])
    expect((await bench.call('POST', `${path}/accept-claim`, { note: 'sorry' })).status).toBe(200)
    expect((await bench.call('GET', path)).body['dispute_outcome']).toMatchObject({ outcome_code: 'ACCEPTED' })
    await bench.moveTo('2026-01-31T10:01:00Z')
    const published = bench.types().filter((type) => /DISPUTE|REVERSED|REFUNDED/.test(type))
    expect(published).toEqual([
      'CUSTOMER.DISPUTE.CREATED',
      'PAYMENT.CAPTURE.REVERSED',
      'CUSTOMER.DISPUTE.RESOLVED',
      'CUSTOMER.DISPUTE.CREATED',
      'CUSTOMER.DISPUTE.RESOLVED',
      'CUSTOMER.DISPUTE.CREATED',
      'PAYMENT.SALE.REFUNDED',
      'CUSTOMER.DISPUTE.RESOLVED',
    ])
  })
})
