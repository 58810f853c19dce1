import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { makeChain } from '@stackgate/sandbox/paypal/certificates/make-chain.js'
import { Buyer } from '#test/support/buyer.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { payPalEnv } from '#test/support/paypal.js'
import { withSameCrc } from '#test/support/same-crc.js'
import { payPalEvent, payPalHeaders, sandboxCertUrl, type Signing } from '#test/support/signed-paypal-event.js'
import { setTemplatePrice } from '#test/support/template-purchases.js'
import { templateId } from '#test/support/deployments.js'

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString().replace(/\.\d{3}Z$/, 'Z')

describe('PayPal webhooks', () => {
  let server: TestServer
  let template: string
  beforeAll(async () => {
    server = await startTestServer()
    template = await templateId(server, 'static-site')
    await setTemplatePrice(server, await server.token('operator@example.com', { roles: ['admin'] }), template, {
      amountMinor: 3000,
      currency: 'USD',
      interval: null,
    })
  })
  afterAll(() => server.close())

  const send = (body: string | Buffer, headers: Record<string, string>) =>
    fetch(`${server.url}/webhooks/paypal`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: new Uint8Array(Buffer.from(body)),
    })
  const deliver = async (event: Record<string, unknown>, signing: Signing = {}) => {
    const body = JSON.stringify(event)
    return send(body, await payPalHeaders(server, body, signing))
  }
  const inbox = (eventId: unknown) =>
    server.query<{ state: string; state_reason: string | null }>(
      `select state, state_reason from inbox_event where event_id = $1`,
      [eventId],
    )
  const callsTo = async (part: string) =>
    (await server.sandboxControl<{ calls: { path: string }[] }>('GET', 'calls')).calls.filter(({ path }) =>
      path.includes(part),
    ).length

  describe('invalid deliveries are rejected with 400 and store nothing', () => {
    const event = payPalEvent('CHECKOUT.ORDER.APPROVED', { id: 'FORGED' })
    const body = JSON.stringify(event)
    const signed = (signing: Signing = {}) => payPalHeaders(server, body, signing)
    const without = async (name: string) => {
      const { [name]: _left, ...rest } = await signed()
      return rest
    }
    const at = async (change: (url: URL) => void) => {
      const url = new URL(await sandboxCertUrl(server))
      change(url)
      return signed({ certUrl: url.href })
    }
    const forgeries: [string, () => Promise<Record<string, string>>][] = [
      ['no headers', async () => ({})],
      ['no signature', () => without('paypal-transmission-sig')],
      ['no certificate', () => without('paypal-cert-url')],
      ['no transmission id', () => without('paypal-transmission-id')],
      ['no time', () => without('paypal-transmission-time')],
      ['no algorithm', () => without('paypal-auth-algo')],
      ['another algorithm', async () => ({ ...(await signed()), 'paypal-auth-algo': 'none' })],
      [
        'another key',
        () =>
          signed({
            key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
              type: 'pkcs8',
              format: 'pem',
            }) as string,
          }),
      ],
      ['another webhook', () => signed({ webhookId: 'ANOTHERWEBHOOK' })],
      ['one changed byte', () => payPalHeaders(server, `${body} `)],
      [
        'another transmission id than was signed',
        async () => ({
          ...(await signed()),
          'paypal-transmission-id': '00000000-0000-11f0-0000-000000000000',
        }),
      ],
      ['a garbled signature', async () => ({ ...(await signed()), 'paypal-transmission-sig': 'zz' })],
      ['a time of four days ago', () => signed({ time: ago(4 * 86_400) })],
      ['a time an hour ahead', () => signed({ time: ago(-3600) })],
      ['an invalid time', () => signed({ time: 'yesterday' })],
      ['a certificate at another port', () => at((url) => (url.port = '9'))],
      ['a certificate behind userinfo', () => at((url) => (url.username = 'api.paypal.com'))],
      [
        'a certificate at a host that looks alike',
        () => signed({ certUrl: 'https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1' }),
      ],
      [
        'a certificate of the real PayPal’s',
        () => signed({ certUrl: 'https://api.paypal.com/v1/notifications/certs/CERT-1' }),
      ],
      [
        'a certificate that does not exist',
        () => at((url) => (url.pathname = url.pathname.replace(/[^/]+$/, 'CERT-none'))),
      ],
    ]
    it.each(forgeries)('%s', async (_what, headers) => {
      const response = await send(body, await headers())
      expect(response.status).toBe(400)
      expect(await response.json()).toEqual({
        error: 'Invalid signature',
        code: 'INVALID_WEBHOOK',
        message: 'Invalid signature',
        request_id: expect.any(String),
      })
      expect(await inbox(event.id)).toEqual([])
    })

    it('fetches no URL from a forged delivery', async () => {
      let requested = 0
      const evil = createServer((_request, response) => {
        requested += 1
        response.end()
      })
      await new Promise<void>((ready) => evil.listen(0, '127.0.0.1', ready))
      const { port } = evil.address() as { port: number }
      const { pathname } = new URL(await sandboxCertUrl(server))
      for (const certUrl of [
        `http://127.0.0.1:${port}${pathname}`,
        `http://api.paypal.com@127.0.0.1:${port}${pathname}`,
        `http://localhost:${port}${pathname}`,
      ])
        expect((await send(body, await signed({ certUrl }))).status).toBe(400)
      await new Promise((closed) => evil.close(closed))
      expect(requested).toBe(0)
    })

    it.each([
      ['no JSON', 'not json'],
      ['a list', '[]'],
      ['null', 'null'],
      ['an event without id', '{"event_type":"X","resource":{}}'],
      ['an event without resource', '{"id":"WH-1","event_type":"X"}'],
      ['bytes that are no text', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])],
    ])('rejects a signature over %s', async (_what, text) => {
      expect((await send(text, await payPalHeaders(server, text))).status).toBe(400)
    })

    it('returns 413 for a body over 1 MiB and 415 for a compressed one', async () => {
      const large = JSON.stringify({ ...event, padding: 'x'.repeat(1_048_576) })
      expect((await send(large, await payPalHeaders(server, large))).status).toBe(413)
      const zipped = gzipSync(body)
      expect(
        (await send(zipped, { ...(await payPalHeaders(server, zipped)), 'content-encoding': 'gzip' })).status,
      ).toBe(415)
      expect(await inbox(event.id)).toEqual([])
    })
  })

  it('stores and ignores a type without a handler', async () => {
    const event = payPalEvent('CATALOG.PRODUCT.CREATED', { id: 'PROD-1' })
    expect(await (await deliver(event)).json()).toEqual({ received: true, state: 'ignored', duplicate: false })
    expect(await inbox(event.id)).toEqual([{ state: 'IGNORED', state_reason: expect.any(String) }])
  })

  it('returns 200 and changes nothing for a repeated event, in the same or another transmission', async () => {
    const event = payPalEvent('BILLING.PLAN.CREATED', { id: 'P-1' })
    const [first, ...others] = [
      await deliver(event),
      await deliver(event),
      await deliver(event, { id: 'the-same-transmission' }),
    ]
    expect(await first.json()).toMatchObject({ duplicate: false })
    for (const other of others) expect(await other.json()).toMatchObject({ duplicate: true })
    expect(await inbox(event.id)).toHaveLength(1)
  })

  it('accepts a delivery with a time days ago as PayPal’s retry', async () => {
    expect((await deliver(payPalEvent('BILLING.PLAN.CREATED', { id: 'P-2' }), { time: ago(2 * 86_400) })).status).toBe(
      200,
    )
  })

  it('fetches the certificate once for all deliveries', async () => {
    const before = await callsTo('/notifications/certs/')
    for (let index = 0; index < 5; index++)
      expect((await deliver(payPalEvent('BILLING.PLAN.CREATED', { id: `P-${index}` }))).status).toBe(200)
    expect(await callsTo('/notifications/certs/')).toBe(before)
  })

  it('trusts nothing in a captured delivery that was changed without changing its checksum', async () => {
    const buyer = await Buyer.named(server, 'target@example.com')
    const page = await buyer.start('purchaseTemplate', { templateId: template, provider: 'PAYPAL' })
    const event = payPalEvent('CHECKOUT.ORDER.APPROVED', {
      id: page.providerReference,
      amount: '30.00',
      status: 'CREATED',
    })
    const body = JSON.stringify(event)
    const headers = await payPalHeaders(server, body)
    expect((await send(body, headers)).status).toBe(200)
    // The attacker keeps id, time and signature, and writes other things with four letters that make up for it.
    const forged = withSameCrc(body, (filling) =>
      JSON.stringify({
        ...event,
        resource: { id: page.providerReference, amount: '0.01', status: 'COMPLETED', filling },
      }),
    )
    expect(forged).not.toBe(body)
    // Another body is a separate hint: it is stored in addition to the genuine event, and the object that it names is
    // fetched.
    expect(await (await send(forged, headers)).json()).toMatchObject({ duplicate: false })
    expect(await (await send(body, headers)).json()).toMatchObject({ duplicate: true })
    await eventually(
      () => inbox(event.id),
      (rows) => rows.length === 2 && rows.every((row) => row.state === 'PROCESSED'),
    )
    expect(await buyer.confirm(page.providerReference)).toBe('OPEN')
    expect((await buyer.account()).purchases.nodes).toEqual([])
  })

  it('does not let a forged body replace the genuine event of the same ID, in either order', async () => {
    const buyer = await Buyer.named(server, 'victim@example.com')
    const page = await buyer.start('purchaseTemplate', { templateId: template, provider: 'PAYPAL' })
    const genuine = payPalEvent('CHECKOUT.ORDER.APPROVED', { id: page.providerReference })
    const body = JSON.stringify(genuine)
    const headers = await payPalHeaders(server, body)
    const other = payPalEvent('CHECKOUT.ORDER.APPROVED', { id: 'ANOTHERORDER' })
    const otherHeaders = await payPalHeaders(server, JSON.stringify(other))
    const underItsId = (original: string) =>
      withSameCrc(original, (filling) => JSON.stringify({ ...genuine, resource: { id: 'FORGEDORDER', filling } }))
    // Under a captured delivery of another event, and under its own.
    expect((await send(underItsId(JSON.stringify(other)), otherHeaders)).status).toBe(200)
    expect((await send(underItsId(body), headers)).status).toBe(200)
    expect(await (await send(body, headers)).json()).toMatchObject({ state: 'received', duplicate: false })
    const looked = () =>
      server.query<{ state: string }>(`select state from inbox_event where event_id = $1 and object_key = $2`, [
        genuine.id,
        `checkout:${page.providerReference}`,
      ])
    await eventually(looked, ([row]) => row?.state === 'PROCESSED')

    // A captured delivery cannot be used to fill the inbox.
    const captured = payPalEvent('BILLING.PLAN.CREATED', { id: 'P-CAPTURED' })
    const capturedBody = JSON.stringify(captured)
    const capturedHeaders = await payPalHeaders(server, capturedBody)
    const statuses: number[] = []
    for (let copy = 0; copy < 18; copy++) {
      const changed = withSameCrc(capturedBody, (filling) =>
        JSON.stringify({ ...captured, resource: { id: 'P-CAPTURED', copy, filling } }),
      )
      statuses.push((await send(changed, capturedHeaders)).status)
    }
    expect(statuses).toEqual([...Array.from({ length: 16 }, () => 200), 503, 503])
    expect(await inbox(captured.id)).toHaveLength(16)
  })

  it('counts genuine signatures from the future separately from forgeries', async () => {
    const body = JSON.stringify(payPalEvent('BILLING.PLAN.CREATED', { id: 'P-SKEW' }))
    const refused = async () => {
      const metrics = (await server.rest('GET', '/metrics')).body as unknown as string
      return Number(
        /^stackgate_webhooks_rejected_total\{provider="PAYPAL",reason="clock_skew"\} (\d+)$/m.exec(metrics)?.[1] ?? 0,
      )
    }
    const before = await refused()
    expect((await send(body, await payPalHeaders(server, body, { time: ago(-600) }))).status).toBe(400)
    expect(await refused()).toBe(before + 1)
  })

  describe('certificate without a trusted root', () => {
    let other: TestServer
    beforeAll(async () => {
      const folder = mkdtempSync(join(tmpdir(), 'stackgate-root-'))
      const root = join(folder, 'root.pem')
      writeFileSync(root, (await makeChain()).root)
      other = await startTestServer({ env: { PAYPAL_ROOT_CERTIFICATE: root } })
      rmSync(folder, { recursive: true })
    })
    afterEach(() => other.sandboxControl('DELETE', 'faults'))
    afterAll(() => other.close())

    const post = async (body: string, signing: Signing = {}) =>
      fetch(`${other.url}/webhooks/paypal`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(await payPalHeaders(other, body, signing)) },
        body,
      })

    it('verifies the received bytes at PayPal', async () => {
      const event = payPalEvent('BILLING.PLAN.CREATED', { id: 'P-3', note: 'ä € 😀' })
      // Spaces that a serializer would not reproduce.
      const body = JSON.stringify(event).replace('{', '{ \n ')
      const questions = async () => {
        const { calls } = await other.sandboxControl<{ calls: { path: string }[] }>('GET', 'calls')
        return calls.filter(({ path }) => path.endsWith('/verify-webhook-signature')).length
      }
      // The sandbox's own deliveries of objects created at the start are verified as well.
      await eventually(
        () => other.sandboxControl<{ deliveries: { status: string }[] }>('GET', 'deliveries'),
        ({ deliveries }) => deliveries.every(({ status }) => status !== 'pending'),
        20_000,
      )
      const before = await questions()
      expect((await post(body)).status).toBe(200)
      expect(await questions()).toBe(before + 1)
      // A signature that the key of that certificate did not make, or that names an unknown certificate, is forged.
      // Such a delivery causes no request to the provider.
      expect((await post(body, { webhookId: 'ANOTHERWEBHOOK' })).status).toBe(400)
      const certUrl = (await sandboxCertUrl(other)).replace(/[^/]+$/, 'CERT-none')
      expect((await post(body, { certUrl })).status).toBe(400)
      expect(await questions()).toBe(before + 1)
    })

    it('requests redelivery if PayPal cannot verify it', async () => {
      const path = '/paypal/v1/notifications/verify-webhook-signature'
      await other.sandboxControl('POST', 'faults', { match: { path }, action: '500', times: 10 })
      expect((await post(JSON.stringify(payPalEvent('BILLING.PLAN.CREATED', { id: 'P-4' })))).status).toBe(503)
      expect(await other.query(`select 1 from inbox_event where payload->'resource'->>'id' = 'P-4'`)).toEqual([])
    })
  })

  describe('returning buyers', () => {
    const back = (query: string) => fetch(`${server.url}/billing/return/paypal${query}`, { redirect: 'manual' })

    it('redirects an approved buyer to the requested page with the purchase active', async () => {
      const buyer = await Buyer.named(server, 'back@example.com')
      const page = await buyer.start('purchaseTemplate', {
        templateId: template,
        provider: 'PAYPAL',
        successUrl: 'http://localhost/done?session_id={CHECKOUT_SESSION_ID}',
      })
      const { url } = (await buyer.pay(page.providerReference)) as unknown as { url: string }
      const response = await fetch(url, { redirect: 'manual' })
      expect(response.status).toBe(303)
      expect(response.headers.get('location')).toBe(`http://localhost/done?session_id=${page.providerReference}`)
      expect((await buyer.account()).purchases.nodes).toMatchObject([{ status: 'PAID' }])
    })

    it('redirects a buyer whose provider was taken out of the configuration', async () => {
      const buyer = await Buyer.named(server, 'back-later@example.com')
      const page = await buyer.start('purchaseTemplate', {
        templateId: template,
        provider: 'PAYPAL',
        successUrl: 'http://localhost/done',
      })
      const without = Object.fromEntries(Object.keys(payPalEnv('')).map((name) => [name, '']))
      await server.whileStopped(() => Promise.resolve(), without)
      const response = await back(`?checkout=${page.id}&token=${page.providerReference}`)
      await server.whileStopped(() => Promise.resolve())
      expect([response.status, response.headers.get('location')]).toEqual([303, 'http://localhost/done'])
    })

    it('captures the payment once if page, webhook and return race', async () => {
      const buyer = await Buyer.named(server, 'race@example.com')
      const page = await buyer.start('purchaseTemplate', { templateId: template, provider: 'PAYPAL' })
      const { url } = (await buyer.pay(page.providerReference)) as unknown as { url: string }
      await Promise.all([
        ...Array.from({ length: 20 }, () => buyer.confirm(page.providerReference)),
        ...Array.from({ length: 20 }, () => fetch(url, { redirect: 'manual' })),
        ...Array.from({ length: 20 }, () =>
          deliver(payPalEvent('CHECKOUT.ORDER.APPROVED', { id: page.providerReference })),
        ),
      ])
      expect((await buyer.buyerWhen(({ purchases }) => purchases.nodes.length > 0)).purchases.nodes).toMatchObject([
        { status: 'PAID', money: { amountMinor: 3000, currency: 'USD' } },
      ])
      const { calls } = await server.sandboxControl<{ calls: { method: string; path: string; status: number }[] }>(
        'GET',
        'calls',
      )
      const captures = calls.filter(
        ({ path, status }) => path.endsWith(`${page.providerReference}/capture`) && status === 201,
      )
      expect(captures.length).toBeGreaterThan(0)
      const [{ count }] = (await server.query<{ count: number }>(
        `select count(distinct payload->'resource'->>'id')::int as count from inbox_event
         where type = 'PAYMENT.CAPTURE.COMPLETED' and payload->'resource'->'supplementary_data'->'related_ids'->>'order_id' = $1`,
        [page.providerReference],
      )) as [{ count: number }]
      expect(count).toBe(1)
    })

    it.each([
      ['with a foreign order', async (own: string, other: string) => `?checkout=${own}&token=${other}`],
      ['with nothing', async () => ''],
      ['with two orders', async (own: string, other: string) => `?checkout=${own}&token=${other}&token=${other}`],
      ['with a checkout that is none', async (_own: string, other: string) => `?checkout=chk_none&token=${other}`],
    ])('returns not found for %s and captures nothing', async (what, query) => {
      const ann = await Buyer.named(server, `ann-${what.length}@example.com`)
      const bob = await Buyer.named(server, `bob-${what.length}@example.com`)
      const own = await ann.start('purchaseTemplate', { templateId: template, provider: 'PAYPAL' })
      const other = await bob.start('purchaseTemplate', { templateId: template, provider: 'PAYPAL' })
      const response = await back(await query(own.id, other.providerReference))
      expect(response.status).toBe(404)
      expect((await ann.account()).purchases.nodes).toEqual([])
      expect((await bob.account()).purchases.nodes).toEqual([])
    })
  })

  it('ignores a foreign order with a copy of our reference', async () => {
    const buyer = await Buyer.named(server, 'copied@example.com')
    const page = await buyer.start('purchaseTemplate', { templateId: template, provider: 'PAYPAL' })
    await server.query(`update checkout set session_id = 'ANOTHERORDER' where id = $1`, [page.id])
    await buyer.pay(page.providerReference)
    const [event] = await eventually(
      () =>
        server.query<{ state: string; effects: string[] }>(
          `select state, effects from inbox_event where type = 'CHECKOUT.ORDER.APPROVED' and object_key = $1`,
          [`checkout:${page.providerReference}`],
        ),
      ([row]) => row?.state === 'PROCESSED',
    )
    expect(event!.effects).toEqual([`checkout ${page.providerReference} was not created by this server`])
    expect((await buyer.account()).purchases.nodes).toEqual([])
  })
})
