import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { capturedOrder, issueOf, orderOf, planOf } from './catalog-helpers.js'
import { ask, payPalToken, startPayPalFixture, type PayPalFixture } from './sandbox-fixture.js'

const ORDER = { intent: 'CAPTURE', purchase_units: [{ amount: { currency_code: 'USD', value: '1' } }] }

describe('PayPal API requests in the sandbox', () => {
  let bench: PayPalFixture
  beforeEach(async () => {
    bench = await startPayPalFixture()
  })
  afterEach(() => bench.close())

  it('return 501 for real but unsupported parts, and 404 for unknown ones', async () => {
    const real = await bench.call('POST', '/v2/invoicing/invoices', {})
    expect([real.status, real.body['name']]).toEqual([501, 'NOT_IMPLEMENTED_IN_SANDBOX'])
    expect(issueOf(await bench.call('GET', '/v2/wishes'))).toBe('404 INVALID_RESOURCE_ID')
    expect((await bench.call('POST', '/v2/checkout/orders', { ...ORDER, intent: 'AUTHORIZE' })).status).toBe(501)
    const card = { ...ORDER, payment_source: { card: { number: '4111111111111111', expiry: '2030-01' } } }
    expect((await bench.call('POST', '/v2/checkout/orders', card)).status).toBe(501)
  })

  it("return errors in PayPal's shape: name, message, debug ID, details and links", async () => {
    const refused = await bench.call('POST', '/v2/checkout/orders', { intent: 'CAPTURE', purchase_units: [{}] })
    expect(refused.status).toBe(400)
    expect(refused.body).toEqual({
      name: 'INVALID_REQUEST',
      message: 'Request is not well-formed, syntactically incorrect, or violates schema.',
      debug_id: refused.headers.get('paypal-debug-id'),
      details: [
        {
          field: '/purchase_units/0/amount',
          location: 'body',
          issue: 'MISSING_REQUIRED_PARAMETER',
          description: 'A required field is missing.',
        },
      ],
      links: [
        {
          href: 'https://developer.paypal.com/docs/api/#error-MISSING_REQUIRED_PARAMETER',
          rel: 'information_link',
          method: 'GET',
        },
      ],
    })
    expect(issueOf(await bench.call('POST', '/v2/checkout/orders', '{"intent":'))).toBe('400 MALFORMED_REQUEST_JSON')
    const media = await bench.call('POST', '/v2/checkout/orders', 'x=1', { 'content-type': 'text/plain' })
    expect(media.status).toBe(415)
    const source = { ...ORDER, payment_source: { paypal: {} } }
    expect(issueOf(await bench.call('POST', '/v2/checkout/orders', source))).toBe(
      '400 PAYPAL_REQUEST_ID_REQUIRED PayPal-Request-Id',
    )
  })

  it('accept sandbox credentials only', async () => {
    const token = (authorization: string, body = 'grant_type=client_credentials') =>
      ask(`${bench.sandbox.url}/paypal/v1/oauth2/token`, 'POST', body, {
        authorization,
        'content-type': 'application/x-www-form-urlencoded',
      })
    const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
    expect((await token(basic('sandbox-client-a:wrong'))).body['error']).toBe('invalid_client')
    expect((await token(basic('AbcLive:sandbox-secret-b'))).status).toBe(401)
    const good = basic('sandbox-client-a:sandbox-secret-b')
    expect((await token(good)).body).toMatchObject({ token_type: 'Bearer', expires_in: 32_400 })
    expect((await token(good, 'grant_type=password')).body['error']).toBe('unsupported_grant_type')
  })

  it('return the same response for a request ID for six hours, and allow corrected requests to use it', async () => {
    const make = (body: object, id = 'one') =>
      bench.call('POST', '/v2/checkout/orders', body, { 'paypal-request-id': id })
    expect((await make({ intent: 'CAPTURE', purchase_units: [] })).status).toBe(400)
    const first = await make(ORDER)
    expect(first.status).toBe(201)
    const second = await make(ORDER)
    expect([second.status, second.body['id']]).toEqual([200, first.body['id']])
    await bench.moveTo('2026-01-31T16:00:00Z')
    const third = await make(ORDER)
    expect([third.status, third.body['id'] === first.body['id']]).toEqual([201, false])
  })

  it('fail as configured: closed before and after, 429, 500, HTML, partial response, outdated objects', async () => {
    const fault = (action: string, more: object = {}) =>
      bench.control('POST', 'faults', { match: { method: 'POST', path: '/paypal/v2' }, action, times: 1, ...more })
    const make = (id?: string) =>
      bench.call('POST', '/v2/checkout/orders', ORDER, id === undefined ? {} : { 'paypal-request-id': id })
    await fault('429')
    expect((await make()).body['name']).toBe('RATE_LIMIT_REACHED')
    await fault('500')
    expect((await make()).body['name']).toBe('INTERNAL_SERVER_ERROR')
    await fault('drop_before')
    await expect(make('cut')).rejects.toThrow('fetch failed')
    await fault('drop_after')
    await expect(make('cut')).rejects.toThrow('fetch failed')
    const { body } = await bench.control('GET', 'calls')
    const calls = (body['calls'] as { path: string; status: number; idempotencyKey: string | null }[]).filter(
      ({ path }) => path === '/paypal/v2/checkout/orders',
    )
    expect(calls.map(({ status }) => status)).toEqual([429, 500, 0, 0])
    expect((await make('cut')).status).toBe(200)
    await fault('html502')
    await expect(make()).rejects.toThrow(/JSON/)
    await fault('malformed')
    await expect(make()).rejects.toThrow(/JSON/)

    const capture = await capturedOrder(bench)
    await bench.call('POST', `/v2/payments/captures/${capture}/refund`, {})
    await bench.control('POST', 'faults', { match: { method: 'GET' }, action: 'stale_read', times: 1 })
    const path = `/v2/payments/captures/${capture}`
    expect((await bench.call('GET', path)).body['status']).toBe('COMPLETED')
    expect((await bench.call('GET', path)).body['status']).toBe('REFUNDED')
    await bench.control('POST', 'faults', { match: { method: 'PATCH' }, action: '500', times: 1 })
    expect((await bench.call('PATCH', '/v2/checkout/orders/1', [])).status).toBe(500)
  })

  it('paginate lists and create products once', async () => {
    for (const name of ['a', 'b', 'c']) await planOf(bench, '5', { name })
    const { body } = await bench.call('GET', '/v1/billing/plans?page_size=2&total_required=true')
    expect([body['plans'].length, body['total_items'], body['total_pages']]).toEqual([2, 3, 2])
    const next = (body['links'] as { rel: string; href: string }[]).find(({ rel }) => rel === 'next')!
    expect((await bench.call('GET', next.href.split('/paypal')[1]!)).body['plans'].map(nameOf)).toEqual(['a'])
    expect(issueOf(await bench.call('GET', '/v1/billing/plans?page_size=21'))).toBe(
      '400 INVALID_INTEGER_MAX_VALUE page_size',
    )
    const product = { id: 'stackgate-plus', name: 'Plus', type: 'SERVICE' }
    expect((await bench.call('POST', '/v1/catalogs/products', product)).status).toBe(201)
    expect(issueOf(await bench.call('POST', '/v1/catalogs/products', product))).toBe(
      '409 DUPLICATE_RESOURCE_IDENTIFIER /id',
    )
    const patch = [{ op: 'replace', path: '/description', value: 'More' }]
    expect((await bench.call('PATCH', '/v1/catalogs/products/stackgate-plus', patch)).status).toBe(204)
    expect((await bench.call('GET', '/v1/catalogs/products/stackgate-plus')).body['description']).toBe('More')
  })

  it('keep objects, tokens and certificates over a restart, and delete objects on request', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'stackgate-paypal-'))
    const first = await startPayPalFixture({ dataDir, certificatesDir: undefined })
    const id = await orderOf(first)
    const root = readFileSync(join(dataDir, 'paypal-root.pem'), 'utf8')
    expect(root).toBe(first.sandbox.payPal.rootCertificate)
    const token = await payPalToken(first.sandbox.url)
    await first.close()
    const second = await startPayPalFixture({ dataDir, certificatesDir: undefined })
    expect(second.sandbox.payPal.rootCertificate).toBe(root)
    const kept = await ask(`${second.sandbox.url}/paypal/v2/checkout/orders/${id}`, 'GET', undefined, {
      authorization: `Bearer ${token}`,
    })
    expect(kept.body['id']).toBe(id)
    await second.control('POST', 'reset')
    expect((await second.call('GET', `/v2/checkout/orders/${id}`)).status).toBe(404)
    expect((await second.call('GET', '/v1/notifications/webhooks')).body['webhooks'].length).toBe(1)
    expect(await orderOf(second)).not.toBe(id)
    await second.close()
    rmSync(dataDir, { recursive: true, force: true })
  })
})

function nameOf({ name }: { name: string }): string {
  return name
}
