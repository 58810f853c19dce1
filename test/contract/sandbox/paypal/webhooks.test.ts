import { createVerify } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { capturedOrder, issueOf, orderOf } from './catalog-helpers.js'
import { startPayPalFixture, type Arrival, type PayPalFixture } from './sandbox-fixture.js'

describe('PayPal webhooks in the sandbox', () => {
  let bench: PayPalFixture
  beforeEach(async () => {
    bench = await startPayPalFixture()
  })
  afterEach(() => bench.close())

  /** Lets everything that is on its way arrive. */
  const settle = () => bench.control('POST', 'clock', { bySeconds: 1 })

  /** Whether an arrival verifies offline, with the certificate that it names. */
  const isGenuine = async ({ headers, body }: Arrival) => {
    const pem = await (await fetch(headers['paypal-cert-url']!)).text()
    const leaf = pem.slice(0, pem.indexOf('-----END CERTIFICATE-----') + 25)
    const text = [
      headers['paypal-transmission-id'],
      headers['paypal-transmission-time'],
      bench.webhookId,
      crc32(body),
    ].join('|')
    return createVerify('RSA-SHA256').update(text).verify(leaf, headers['paypal-transmission-sig']!, 'base64')
  }

  it('arrive twice, reordered, with a wrong signature, late or never by a fault', async () => {
    await bench.control('POST', 'faults', { match: { event: 'CHECKOUT.*' }, action: 'duplicate', times: 1 })
    await capturedOrder(bench)
    await settle()
    expect(bench.types()).toEqual(['CHECKOUT.ORDER.APPROVED', 'CHECKOUT.ORDER.APPROVED', 'PAYMENT.CAPTURE.COMPLETED'])
    const [first, twin] = bench.arrivals
    expect(twin!.headers['paypal-transmission-id']).toBe(first!.headers['paypal-transmission-id'])
    expect(await isGenuine(first!)).toBe(true)

    bench.arrivals.length = 0
    await bench.control('POST', 'faults', { match: { event: 'PAYMENT.*' }, action: 'wrong_secret', times: 1 })
    await bench.control('POST', 'faults', { match: { event: 'CHECKOUT.*' }, action: 'old_timestamp', times: 1 })
    await capturedOrder(bench)
    await settle()
    const [old, forged] = bench.arrivals
    expect(await isGenuine(forged!)).toBe(false)
    expect(await isGenuine(old!)).toBe(true)
    expect(Date.now() - Date.parse(old!.headers['paypal-transmission-time']!)).toBeGreaterThan(3 * 86_400_000)

    bench.arrivals.length = 0
    await bench.control('POST', 'faults', { match: { event: 'CHECKOUT.*' }, action: 'drop', times: 1 })
    await capturedOrder(bench)
    await settle()
    expect(bench.types()).toEqual(['PAYMENT.CAPTURE.COMPLETED'])
    const { body } = await bench.control('GET', 'deliveries')
    const lost = (body['deliveries'] as { id: string; status: string; lastError: string | null }[]).find(
      ({ status }) => status === 'pending',
    )
    expect(lost?.lastError).toBe('dropped on purpose')
    await bench.control('POST', `deliveries/${lost!.id}/resend`)
    expect(bench.types()).toEqual(['PAYMENT.CAPTURE.COMPLETED', 'CHECKOUT.ORDER.APPROVED'])

    bench.arrivals.length = 0
    await bench.control('POST', 'faults', { match: { event: '*' }, action: 'shuffle', window: 8, seed: 3 })
    for (let count = 0; count < 4; count += 1) await capturedOrder(bench)
    await settle()
    const order = bench.arrivals.map(({ event }) => event['id'] as string)
    const { body: all } = await bench.control('GET', 'events')
    const made = (all['payPalEvents'] as { id: string }[]).slice(-8).map(({ id }) => id)
    expect(order).not.toEqual(made)
    expect(order.toSorted((a, b) => a.localeCompare(b))).toEqual(made.toSorted((a, b) => a.localeCompare(b)))
  })

  it('are retried for three days under the same transmission, at least twenty-five times', async () => {
    bench.answerWith(500)
    const id = await orderOf(bench)
    await bench.control('POST', `checkouts/${id}/pay`, {})
    await bench.moveTo('2026-02-05T00:00:00Z')
    const { body } = await bench.control('GET', 'deliveries')
    const [delivery] = (
      body['deliveries'] as { eventType: string; status: string; endpoint: string; attempts: number }[]
    ).filter(({ eventType }) => eventType === 'CHECKOUT.ORDER.APPROVED')
    expect(delivery).toMatchObject({ status: 'failed', endpoint: bench.webhookId })
    // The immediate retries by machine time are added. Their number depends on the available time.
    expect(delivery!.attempts).toBeGreaterThanOrEqual(25)
    const transmissions = new Set(
      bench.arrivals
        .filter(({ event }) => event['event_type'] === 'CHECKOUT.ORDER.APPROVED')
        .map(({ headers }) => headers['paypal-transmission-id']),
    )
    expect(transmissions.size).toBe(1)
  })

  it('are listed by time and type, read, and sent again under a new transmission', async () => {
    const capture = await capturedOrder(bench)
    await bench.moveTo('2026-02-10T00:00:00Z')
    await capturedOrder(bench)
    const list = async (query: string) =>
      (await bench.call('GET', `/v1/notifications/webhooks-events?${query}`)).body['events'] as { id: string }[]
    const all = await list('')
    expect(all.length).toBe(4)
    expect((await list('start_time=2026-02-01T00:00:00Z')).length).toBe(2)
    expect((await list('end_time=2026-02-01T00:00:00Z&event_type=PAYMENT.CAPTURE.COMPLETED')).length).toBe(1)
    expect((await list(`transaction_id=${capture}`)).length).toBe(1)
    const page = await bench.call('GET', '/v1/notifications/webhooks-events?page_size=3')
    const next = (page.body['links'] as { rel: string; href: string }[]).find(({ rel }) => rel === 'next')!
    const rest = await bench.call('GET', next.href.split('/paypal')[1]!)
    expect([...page.body['events'], ...rest.body['events']].map(({ id }: { id: string }) => id)).toEqual(
      all.map(({ id }) => id),
    )
    bench.arrivals.length = 0
    const path = `/v1/notifications/webhooks-events/${all[0]!.id}`
    expect((await bench.call('GET', path)).body['id']).toBe(all[0]!.id)
    expect((await bench.call('POST', `${path}/resend`, {})).status).toBe(202)
    await settle()
    expect(bench.arrivals.map(({ event }) => event['id'])).toEqual([all[0]!.id])
    await bench.moveTo('2026-03-15T00:00:00Z')
    expect(await list('')).toEqual([])
    expect((await bench.call('GET', path)).status).toBe(404)
  })

  it('use webhooks that are created, changed and deleted by the API', async () => {
    const hooks = '/v1/notifications/webhooks'
    const other = await startPayPalFixture()
    const target = (await other.call('GET', hooks)).body['webhooks'][0].url as string
    const made = await bench.call('POST', hooks, { url: target, event_types: [{ name: 'PAYMENT.CAPTURE.COMPLETED' }] })
    expect(made.status).toBe(201)
    const again = await bench.call('POST', hooks, { url: target, event_types: [{ name: '*' }] })
    expect(again.body['name']).toBe('WEBHOOK_URL_ALREADY_EXISTS')
    expect(
      issueOf(await bench.call('POST', hooks, { url: 'http://example.com/x', event_types: [{ name: '*' }] })),
    ).toMatch(/^400 Not a valid webhook URL/)
    expect(
      issueOf(await bench.call('POST', hooks, { url: 'https://example.com/x', event_types: [{ name: 'NO.SUCH' }] })),
    ).toMatch(/^400 Not a valid webhook event name/)
    await capturedOrder(bench)
    await settle()
    expect(other.types()).toEqual(['PAYMENT.CAPTURE.COMPLETED'])
    const path = `${hooks}/${made.body['id'] as string}`
    await bench.call('PATCH', path, [
      { op: 'replace', path: '/event_types', value: [{ name: 'CHECKOUT.ORDER.APPROVED' }] },
    ])
    await capturedOrder(bench)
    await settle()
    expect(other.types()).toEqual(['PAYMENT.CAPTURE.COMPLETED', 'CHECKOUT.ORDER.APPROVED'])
    expect((await bench.call('DELETE', path)).status).toBe(204)
    expect((await bench.call('GET', path)).status).toBe(404)
    await other.close()
  })
})
