import { activeSubscription, capturedOrder, issueOf, planOf } from './catalog-helpers.js'
import { startPayPalFixture, type PayPalFixture } from './sandbox-fixture.js'

const PATH = '/v1/reporting/transactions'

describe('PayPal transaction search in the sandbox', () => {
  let bench: PayPalFixture
  beforeEach(async () => {
    bench = await startPayPalFixture({ checked: true })
  })
  afterEach(async () => {
    const { body } = await bench.control('GET', 'violations')
    await bench.close()
    expect(body['violations']).toEqual([])
  })

  const search = (start: string, end: string, more: Record<string, string> = {}) =>
    bench.call('GET', `${PATH}?${new URLSearchParams({ start_date: start, end_date: end, ...more }).toString()}`)
  const found = async (start: string, end: string, more: Record<string, string> = {}): Promise<string[]> => {
    const { status, body } = await search(start, end, more)
    expect(status).toBe(200)
    const details = (body['transaction_details'] ?? []) as { transaction_info: Record<string, any> }[] // oxlint-disable-line no-explicit-any
    return details.map(({ transaction_info: one }) =>
      [one['transaction_event_code'], one['transaction_amount'].value, one['transaction_status']].join(' '),
    )
  }

  it('lists payments, refunds and reversals with their codes, three hours after the event', async () => {
    const capture = await capturedOrder(bench, '10.00')
    await activeSubscription(bench, await planOf(bench, '7'))
    const disputed = await capturedOrder(bench, '5.00')
    const waiting = await capturedOrder(bench, '3.00', 'async_paid')
    await bench.call('POST', `/v2/payments/captures/${capture}/refund`, {
      amount: { currency_code: 'USD', value: '4.00' },
    })
    await bench.control('POST', 'disputes', { payment: disputed, status: 'lost' })
    const [since, until] = ['2026-01-31T00:00:00Z', '2026-02-01T00:00:00Z']
    expect(await found(since, until)).toEqual([])
    await bench.moveTo('2026-01-31T14:00:00Z')
    expect((await found(since, until)).toSorted()).toEqual([
      'T0002 7.00 S',
      'T0006 10.00 S',
      'T0006 5.00 V',
      'T1106 -5.00 S',
      'T1107 -4.00 S',
    ])
    expect(await found(since, until, { transaction_type: 'T1107' })).toEqual(['T1107 -4.00 S'])
    expect(await found(since, until, { transaction_id: waiting })).toEqual([])
    expect(await found(since, until, { transaction_id: waiting, balance_affecting_records_only: 'N' })).toEqual([
      'T0006 3.00 P',
    ])
    const { body } = await search(since, until, { transaction_type: 'T1107' })
    expect(body['transaction_details'][0].transaction_info).toMatchObject({
      paypal_reference_id: capture,
      paypal_reference_id_type: 'TXN',
    })
  })

  it('is paginated, and rejects ranges over 31 days, reversed ranges and unavailable ones', async () => {
    for (const value of ['1.00', '2.00', '3.00']) await capturedOrder(bench, value)
    await bench.moveTo('2026-03-10T00:00:00Z')
    const [since, until] = ['2026-01-31T00:00:00Z', '2026-02-01T00:00:00Z']
    const { body } = await search(since, until, { page_size: '2' })
    expect([body['total_items'], body['total_pages'], body['transaction_details'].length]).toEqual([3, 2, 2])
    expect(await found(since, until, { page_size: '2', page: '2' })).toEqual(['T0006 3.00 S'])
    expect((await search(since, until, { page_size: '501' })).status).toBe(400)
    expect((await search('2026-01-31T00:00:00Z', '2026-03-04T00:00:00Z')).body).toMatchObject({
      name: 'INVALID_REQUEST',
      message: 'Date range is greater than 31 days',
    })
    for (const [start, end] of [
      ['2026-02-02T00:00:00Z', '2026-02-01T00:00:00Z'],
      ['2026-03-09T23:00:00Z', '2026-03-10T00:00:00Z'],
      ['2022-03-09T23:00:00Z', '2022-03-10T00:00:00Z'],
    ] as const)
      expect((await search(start, end)).body['name']).toBe('INVALID_REQUEST')
    expect(issueOf(await bench.call('GET', `${PATH}?start_date=${since}`))).toBe(
      '400 MISSING_REQUIRED_PARAMETER end_date',
    )
    expect((await search(since, until, { store_id: '1' })).status).toBe(501)
  })

  it('is denied, like the disputes, to an app without the permission', async () => {
    await bench.control('POST', 'settings', { payPalPermissions: { transactionSearch: false, disputes: false } })
    for (const path of [
      `${PATH}?start_date=2026-01-30T00:00:00Z&end_date=2026-01-31T00:00:00Z`,
      '/v1/customer/disputes',
      '/v1/customer/disputes/PP-R-1',
    ])
      expect(await bench.call('GET', path)).toMatchObject({ status: 403, body: { name: 'NOT_AUTHORIZED' } })
    await bench.control('POST', 'settings', { payPalPermissions: { disputes: true } })
    expect((await bench.call('GET', '/v1/customer/disputes')).status).toBe(200)
    expect((await bench.control('GET', 'settings')).body).toMatchObject({
      payPalPermissions: { transactionSearch: false, disputes: true },
    })
  })
})
