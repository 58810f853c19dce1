import { X509Certificate } from 'node:crypto'
import { startPayPalFixture, type PayPalFixture } from './sandbox-fixture.js'

const ORDER = {
  intent: 'CAPTURE',
  purchase_units: [{ custom_id: 'purchase-7', invoice_id: 'inv-7', amount: { currency_code: 'USD', value: '9.9' } }],
  payment_source: {
    paypal: {
      experience_context: {
        return_url: 'https://shop.example.com/back?plan=plus',
        cancel_url: 'https://shop.example.com/no',
        user_action: 'PAY_NOW',
      },
    },
  },
}
const WHOLE = { prefer: 'return=representation' }

describe('PayPal orders in the sandbox', () => {
  let bench: PayPalFixture
  beforeAll(async () => {
    bench = await startPayPalFixture()
  })
  afterAll(() => bench.close())

  it('are created, approved and captured once, with webhooks signed by a real certificate chain', async () => {
    const made = await bench.call('POST', '/v2/checkout/orders', ORDER, { 'paypal-request-id': 'make-7', ...WHOLE })
    expect(made.status).toBe(200)
    expect(made.body['status']).toBe('PAYER_ACTION_REQUIRED')
    const id = made.body['id'] as string
    const early = await bench.call('POST', `/v2/checkout/orders/${id}/capture`)
    expect([early.status, early.body['details'][0].issue]).toEqual([422, 'ORDER_NOT_APPROVED'])

    const paid = await bench.control('POST', `checkouts/${id}/pay`, {})
    const back = new URL(paid.body['url'] as string)
    expect([back.searchParams.get('plan'), back.searchParams.get('token')]).toEqual(['plus', id])
    const headers = { 'paypal-request-id': 'take-7', ...WHOLE }
    const captured = await bench.call('POST', `/v2/checkout/orders/${id}/capture`, {}, headers)
    expect(captured.status).toBe(201)
    const [capture] = captured.body['purchase_units'][0].payments.captures
    expect(capture).toMatchObject({
      status: 'COMPLETED',
      amount: { currency_code: 'USD', value: '9.90' },
      custom_id: 'purchase-7',
      invoice_id: 'inv-7',
    })
    const again = await bench.call('POST', `/v2/checkout/orders/${id}/capture`, {}, headers)
    expect([again.status, again.body['id']]).toEqual([200, id])
    const other = await bench.call('POST', `/v2/checkout/orders/${id}/capture`, {}, { 'paypal-request-id': 'other' })
    expect(other.body['details'][0].issue).toBe('ORDER_ALREADY_CAPTURED')
    const twin = await bench.call('POST', '/v2/checkout/orders', ORDER, { 'paypal-request-id': 'make-8', ...WHOLE })
    await bench.control('POST', `checkouts/${twin.body['id'] as string}/pay`, {})
    const twice = await bench.call('POST', `/v2/checkout/orders/${twin.body['id'] as string}/capture`, {})
    expect(twice.body['details'][0].issue).toBe('DUPLICATE_INVOICE_ID')
    const got = await bench.call('GET', `/v2/payments/captures/${capture.id}`)
    expect(got.body['supplementary_data'].related_ids.order_id).toBe(id)

    await bench.moveTo('2026-01-31T10:01:00Z')
    expect(bench.types()).toEqual(['CHECKOUT.ORDER.APPROVED', 'PAYMENT.CAPTURE.COMPLETED', 'CHECKOUT.ORDER.APPROVED'])
  })

  it('have signatures of a leaf certificate that the served root verifies through its intermediate', async () => {
    const [arrival] = bench.arrivals
    const certificates = await (await fetch(arrival!.headers['paypal-cert-url']!)).text()
    const [leaf, intermediate] = certificates
      .split(/(?<=-----END CERTIFICATE-----)\s+/)
      .filter((one) => one !== '')
      .map((pem) => new X509Certificate(pem))
    const { body } = await bench.control('GET', 'paypal')
    const root = new X509Certificate(body['rootCertificate'] as string)
    expect(leaf!.checkIssued(intermediate!) && leaf!.verify(intermediate!.publicKey)).toBe(true)
    expect(intermediate!.checkIssued(root) && intermediate!.verify(root.publicKey)).toBe(true)
    expect([leaf!.ca, intermediate!.ca, root.ca]).toEqual([false, true, true])

    const question = (event: string, webhookId = bench.webhookId) =>
      `{"auth_algo":"${arrival!.headers['paypal-auth-algo']}","cert_url":"${arrival!.headers['paypal-cert-url']}",` +
      `"transmission_id":"${arrival!.headers['paypal-transmission-id']}","transmission_sig":"${arrival!.headers['paypal-transmission-sig']}",` +
      `"transmission_time":"${arrival!.headers['paypal-transmission-time']}","webhook_id":"${webhookId}","webhook_event":${event}}`
    const verify = async (text: string) =>
      (await bench.call('POST', '/v1/notifications/verify-webhook-signature', text)).body['verification_status']
    expect(await verify(question(arrival!.body))).toBe('SUCCESS')
    expect(await verify(question(arrival!.body.replace('9.90', '9.91')))).toBe('FAILURE')
    expect(await verify(question(arrival!.body, 'ANOTHERWEBHOOK'))).toBe('FAILURE')
  })

  it('are rejected without a valid token', async () => {
    const response = await fetch(`${bench.sandbox.url}/paypal/v2/checkout/orders/1`)
    expect(response.status).toBe(401)
    await bench.control('POST', 'paypal/expire-tokens')
    expect((await bench.call('GET', '/v2/checkout/orders/1')).status).toBe(401)
  })
})
