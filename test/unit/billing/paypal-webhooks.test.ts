import { certificateUrl, certificateUrlsOf } from '#services/billing/providers/paypal/webhooks/cert-url.js'
import { payPalEventSubject, receivedEvent } from '#services/billing/providers/paypal/webhooks/received-event.js'
import { isInTime, readTransmission, signedText } from '#services/billing/providers/paypal/webhooks/verify-event.js'

describe('Certificate URLs', () => {
  const live = { standIn: null, mode: 'live' } as const
  const test = { standIn: null, mode: 'test' } as const
  const sandbox = { standIn: new URL('http://127.0.0.1:4010/paypal'), mode: 'sandbox' } as const

  it.each([
    ['https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-1d93a270', live],
    ['https://api-m.paypal.com/v1/notifications/certs/CERT-1', live],
    ['https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1', test],
    ['https://api-m.sandbox.paypal.com/v1/notifications/certs/CERT-1', test],
    ['http://127.0.0.1:4010/paypal/v1/notifications/certs/CERT-1', sandbox],
  ])('accept %s as PayPal’s', (url, source) => {
    expect(certificateUrl(url, source)?.href).toBe(url)
  })

  it.each([
    ['plain http', 'http://api.paypal.com/v1/notifications/certs/CERT-1', live],
    ['a port', 'https://api.paypal.com:8443/v1/notifications/certs/CERT-1', live],
    ['the usual port, written out', 'https://api.paypal.com:443/v1/notifications/certs/CERT-1', live],
    ['userinfo', 'https://api.paypal.com@evil.example/v1/notifications/certs/CERT-1', live],
    ['userinfo before the right host', 'https://evil@api.paypal.com/v1/notifications/certs/CERT-1', live],
    ['a host that ends alike', 'https://evilapi.paypal.com/v1/notifications/certs/CERT-1', live],
    ['a host that begins alike', 'https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1', live],
    ['a host that looks alike', 'https://api.paypa1.com/v1/notifications/certs/CERT-1', live],
    ['a host in other letters', 'https://api.paypаl.com/v1/notifications/certs/CERT-1', live],
    ['a trailing dot', 'https://api.paypal.com./v1/notifications/certs/CERT-1', live],
    ['capitals', 'https://API.paypal.com/v1/notifications/certs/CERT-1', live],
    ['a scheme in capitals', 'HTTPS://api.paypal.com/v1/notifications/certs/CERT-1', live],
    ['an address in numbers', 'https://2130706433/v1/notifications/certs/CERT-1', live],
    ['this machine', 'https://127.0.0.1/v1/notifications/certs/CERT-1', live],
    ['another folder', 'https://api.paypal.com/v1/other/CERT-1', live],
    ['a way out of the folder', 'https://api.paypal.com/v1/notifications/certs/../../evil', live],
    ['an encoded way out', 'https://api.paypal.com/v1/notifications/certs/%2e%2e%2fevil', live],
    ['a folder below', 'https://api.paypal.com/v1/notifications/certs/a/b', live],
    ['no name', 'https://api.paypal.com/v1/notifications/certs/', live],
    ['a query', 'https://api.paypal.com/v1/notifications/certs/CERT-1?to=evil', live],
    ['a fragment', 'https://api.paypal.com/v1/notifications/certs/CERT-1#x', live],
    ['a backslash', 'https:\\\\api.paypal.com/v1/notifications/certs/CERT-1', live],
    ['a line break', 'https://api.paypal.com/v1/notifications/certs/CERT-1\n', live],
    ['no address at all', 'CERT-1', live],
    ['a file', 'file:///v1/notifications/certs/CERT-1', live],
    ['the sandbox of PayPal, in live mode', 'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1', live],
    ['live PayPal, in test mode', 'https://api.paypal.com/v1/notifications/certs/CERT-1', test],
    ['real PayPal, beside a stand-in', 'https://api.paypal.com/v1/notifications/certs/CERT-1', sandbox],
    ['another port of the stand-in', 'http://127.0.0.1:4011/paypal/v1/notifications/certs/CERT-1', sandbox],
    ['another host than the stand-in', 'http://127.0.0.2:4010/paypal/v1/notifications/certs/CERT-1', sandbox],
    ['another folder of the stand-in', 'http://127.0.0.1:4010/v1/notifications/certs/CERT-1', sandbox],
    [
      'a stand-in in live mode',
      'http://127.0.0.1:4010/paypal/v1/notifications/certs/CERT-1',
      { ...sandbox, mode: 'live' },
    ],
  ] as const)('reject %s', (_what, url, source) => {
    expect(certificateUrl(url, source)).toBeNull()
  })
})

describe('Cached certificate URLs', () => {
  it('keep the last valid one and use it for no other URL', () => {
    const urlOf = certificateUrlsOf({ standIn: null, mode: 'live' })
    const good = 'https://api.paypal.com/v1/notifications/certs/CERT-1'
    const first = urlOf(good)
    expect(first?.href).toBe(good)
    expect(urlOf(good)).toBe(first)
    for (const bad of [`${good}?x=1`, good.toUpperCase(), ` ${good}`, good.replace('paypal', 'paypa1')])
      expect(urlOf(bad)).toBeNull()
    expect(urlOf(good)).toBe(first)
    expect(urlOf(`${good}2`)?.href).toBe(`${good}2`)
  })
})

describe('Headers of a delivery', () => {
  const headers = {
    'paypal-transmission-id': '69cd13f0-d67a-11e5-baa3-778b53f4ae55',
    'paypal-transmission-time': '2026-02-18T20:01:35Z',
    'paypal-transmission-sig': 'A'.repeat(344),
    'paypal-cert-url': 'https://api.paypal.com/v1/notifications/certs/CERT-1',
    'paypal-auth-algo': 'SHA256withRSA',
  }

  it('are read if all exist once and in their format', () => {
    expect(readTransmission(headers)).toMatchObject({
      id: headers['paypal-transmission-id'],
      algorithm: 'SHA256withRSA',
    })
    for (const name of Object.keys(headers)) {
      expect(readTransmission({ ...headers, [name]: undefined })).toBeNull()
      expect(readTransmission({ ...headers, [name]: [headers['paypal-cert-url'], 'x'] })).toBeNull()
      expect(readTransmission({ ...headers, [name]: '' })).toBeNull()
    }
    expect(readTransmission({ ...headers, 'paypal-auth-algo': 'none' })).toBeNull()
    expect(readTransmission({ ...headers, 'paypal-transmission-time': 'now' })).toBeNull()
    expect(readTransmission({ ...headers, 'paypal-transmission-id': '1|2|3' })).toBeNull()
  })

  it('are valid for the three days of PayPal’s retries, and not for the future', () => {
    const now = new Date('2026-02-18T20:00:00Z')
    expect(isInTime('2026-02-15T19:30:00Z', now)).toBe(true)
    expect(isInTime('2026-02-15T18:59:00Z', now)).toBe(false)
    expect(isInTime('2026-02-18T20:04:59Z', now)).toBe(true)
    expect(isInTime('2026-02-18T20:05:01Z', now)).toBe(false)
    expect(isInTime('2026-13-18T20:05:01Z', now)).toBe(false)
  })

  it('sign the body by its CRC32 as an unsigned decimal', () => {
    // A body whose CRC32 would be negative as a signed number.
    expect(signedText({ id: 'i', time: 't' }, 'WH-1', Buffer.from('{"amount":"1.00"}'))).toMatch(/^i\|t\|WH-1\|\d+$/)
    expect(signedText({ id: 'i', time: 't' }, 'WH-1', Buffer.from('123456789'))).toBe('i|t|WH-1|3421780262')
  })
})

describe('Objects of PayPal events', () => {
  const about = (event_type: string, resource: Record<string, unknown>) => {
    const event = { id: 'WH-1', event_type, resource }
    const { objectKey, state } = receivedEvent(event, 'sandbox', 'tx')
    return { objectKey, state, ...payPalEventSubject({ type: event_type, payload: event }) }
  }
  const up = (path: string) => ({ links: [{ rel: 'up', href: `https://api.paypal.com${path}` }] })

  it.each([
    ['CHECKOUT.ORDER.APPROVED', { id: 'O1' }, 'checkout:O1'],
    ['PAYMENT.CAPTURE.COMPLETED', { id: 'C1' }, 'payment:C1'],
    ['PAYMENT.CAPTURE.PENDING', { id: 'C1' }, 'payment:C1'],
    ['PAYMENT.CAPTURE.DENIED', { id: 'C1' }, 'payment:C1'],
    ['PAYMENT.CAPTURE.REFUNDED', { id: 'R1', ...up('/v2/payments/captures/C1') }, 'payment:C1'],
    ['PAYMENT.CAPTURE.REVERSED', { id: 'C1' }, 'payment:C1'],
    ['BILLING.SUBSCRIPTION.ACTIVATED', { id: 'I-1' }, 'subscription:I-1'],
    ['BILLING.SUBSCRIPTION.PAYMENT.FAILED', { id: 'I-1' }, 'subscription:I-1'],
    ['PAYMENT.SALE.COMPLETED', { id: 'S1', billing_agreement_id: 'I-1' }, 'subscription:I-1'],
    ['PAYMENT.SALE.REFUNDED', { id: 'R1', sale_id: 'S1' }, 'payment:S1'],
    ['CUSTOMER.DISPUTE.CREATED', { disputed_transactions: [{ seller_transaction_id: 'C1' }] }, 'payment:C1'],
  ])('%s: %j leads to %s', (type, resource, objectKey) => {
    expect(about(type, resource)).toMatchObject({ objectKey, state: 'RECEIVED' })
  })

  it.each([
    ['PAYMENT.SALE.COMPLETED', { id: 'S1' }],
    ['CUSTOMER.DISPUTE.CREATED', { disputed_transactions: [] }],
    ['CUSTOMER.DISPUTE.CREATED', {}],
    ['CHECKOUT.ORDER.APPROVED', { id: '../evil' }],
    ['CHECKOUT.ORDER.APPROVED', { id: { $gt: '' } }],
    ['BILLING.PLAN.CREATED', { id: 'P-1' }],
    ['SOMETHING.NEW', { id: 'X' }],
  ])('%s %j is stored and ignored', (type, resource) => {
    expect(about(type, resource).state).toBe('IGNORED')
  })

  it('map a sale to an invoice of its subscription and the payment of its page; a refund to itself', () => {
    expect(about('PAYMENT.SALE.COMPLETED', { id: 'S1', billing_agreement_id: 'I-1' })).toMatchObject({
      checkouts: ['I-1'],
      invoices: ['S1'],
    })
    expect(about('PAYMENT.SALE.REFUNDED', { id: 'R1', sale_id: 'S1' })).toMatchObject({
      refunds: ['R1'],
      paymentNotification: 'change',
    })
    expect(about('PAYMENT.CAPTURE.COMPLETED', { id: 'C1' }).paymentNotification).toBe('hint')
  })
})
