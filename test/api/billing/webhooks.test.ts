import { Account } from '@stackgate/client/documents'
import { gzipSync } from 'node:zlib'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { stripeEvent, stripeSignature } from '#test/support/signed-event.js'
import { startCheckout } from '#test/support/buy-plan.js'

interface InboxRow {
  event_id: string
  state: string
  state_reason: string | null
  attempts: number
}

describe('Payment provider webhooks', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
    // The provider sends events of the price list that was pushed at the start. The counts below begin after them.
    await eventually(
      () => server.sandboxControl<{ pendingDeliveries: number }>('GET', 'clock'),
      ({ pendingDeliveries }) => pendingDeliveries === 0,
      20_000,
    )
  })
  afterAll(() => server.close())

  const post = (body: string | Buffer, headers: Record<string, string>, path = '/webhooks/stripe') =>
    fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: new Uint8Array(Buffer.from(body)),
    })
  const deliver = async (event: Record<string, unknown>, path?: string) => {
    const body = JSON.stringify(event, null, 2)
    return post(body, { 'stripe-signature': stripeSignature(body, server.webhookSecret) }, path)
  }
  const inbox = (eventId: string) =>
    server.query<InboxRow>(`select event_id, state, state_reason, attempts from inbox_event where event_id = $1`, [
      eventId,
    ])
  // The sandbox still sends events about the catalog that was pushed when the server started; they are not counted.
  const stored = async () =>
    Number(
      (
        await server.query<{ count: string }>(
          `select count(*) from inbox_event where type !~ '^(product|price|plan)\\.'`,
        )
      )[0]!.count,
    )
  const planOf = async (token: string) => (await server.graphql(Account, {}, token)).data.account!.plan
  const completed = () =>
    eventually(
      () =>
        server.query(
          `select 1 from inbox_object where pending union all select 1 from outbox_event where state = 'PENDING' union all select 1 from checkout where status = 'OPEN'`,
        ),
      (open) => open.length === 0,
      20_000,
    )
  const buy = async (email: string, plan = 'plus') => {
    const token = await server.token(email)
    const providerReference = await startCheckout(server, token, { plan, idempotencyKey: 'buy' })
    await server.sandboxControl('POST', `checkouts/${providerReference}/pay`, {})
    await eventually(
      () => planOf(token),
      ({ plan: { code } }) => code === plan,
    )
    await completed()
    const [subscription] = await server.query<{ id: string; external_id: string; account_id: string }>(
      `select id, external_id, account_id from billing_subscription where account_id = (select id from account where external_id = $1)`,
      [email],
    )
    return { token, providerReference, subscription: subscription! }
  }

  describe('invalid deliveries are rejected with 400 and store nothing', () => {
    const event = stripeEvent('invoice.paid', { object: 'invoice', id: 'in_forged' })
    const body = JSON.stringify(event)
    const now = () => Math.floor(Date.now() / 1000)
    const forgeries: [string, () => Record<string, string>, string?][] = [
      ['another secret', () => ({ 'stripe-signature': stripeSignature(body, 'whsec_other') })],
      ['one changed byte', () => ({ 'stripe-signature': stripeSignature(`${body} `, server.webhookSecret) })],
      [
        'an old scheme only',
        () => ({ 'stripe-signature': stripeSignature(body, server.webhookSecret, { scheme: 'v0' }) }),
      ],
      ['no signature', () => ({})],
      ['a garbled signature', () => ({ 'stripe-signature': 't=now,v1=zz' })],
      [
        'a timestamp of 301 seconds ago',
        () => ({ 'stripe-signature': stripeSignature(body, server.webhookSecret, { at: now() - 301 }) }),
      ],
      [
        'a timestamp an hour ahead',
        () => ({ 'stripe-signature': stripeSignature(body, server.webhookSecret, { at: now() + 3600 }) }),
      ],
    ]
    it.each(forgeries)('%s', async (_what, headers) => {
      const before = await stored()
      const response = await post(body, headers())
      expect(response.status).toBe(400)
      expect(await response.json()).toEqual({
        error: 'Invalid signature',
        code: 'INVALID_WEBHOOK',
        message: 'Invalid signature',
        request_id: expect.any(String),
      })
      expect(await stored()).toBe(before)
    })

    it('rejects a signature over invalid JSON', async () => {
      const response = await post('not json', { 'stripe-signature': stripeSignature('not json', server.webhookSecret) })
      expect(response.status).toBe(400)
    })

    it('returns 413 for a body over 1 MiB and 415 for a compressed one', async () => {
      const before = await stored()
      const large = JSON.stringify({ ...event, padding: 'x'.repeat(1_048_576) })
      expect((await post(large, { 'stripe-signature': stripeSignature(large, server.webhookSecret) })).status).toBe(413)
      const zipped = await post(gzipSync(body), {
        'content-encoding': 'gzip',
        'stripe-signature': stripeSignature(body, server.webhookSecret),
      })
      expect(zipped.status).toBe(415)
      expect(await stored()).toBe(before)
    })
  })

  it('dead-letters a signed event with 20,000 levels of nesting, and replays it', async () => {
    const event = stripeEvent('customer.subscription.updated', { object: 'subscription', id: 'sub_nested', deep: 0 })
    const deep = '['.repeat(20_000) + ']'.repeat(20_000)
    const body = JSON.stringify(event).replace('"deep":0', `"deep":${deep}`)
    const response = await post(body, { 'stripe-signature': stripeSignature(body, server.webhookSecret) })
    expect([response.status, await response.json()]).toMatchObject([200, { received: true, state: 'dead' }])
    expect(await inbox(event['id'] as string)).toMatchObject([
      { state: 'DEAD', state_reason: expect.stringContaining('nested deeper than 100 levels') },
    ])
    const [row] = await server.query<{ id: string; raw: string }>(
      `select id, payload->>'raw' as raw from inbox_event where event_id = $1`,
      [event['id']],
    )
    expect(row!.raw).toBe(body)
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const { errors } = await server.graphql(
      `mutation ($id: ID!) { replayWebhook(id: $id) { denial { code } } }`,
      { id: row!.id },
      operator,
    )
    expect(errors).toBeUndefined()
    // The object that it names is looked at: the provider does not know it.
    await eventually(
      () => inbox(event['id'] as string),
      ([found]) => found?.state_reason?.includes('not found at the provider') === true,
    )
  })

  it('counts and logs genuine signatures with a wrong time separately from forgeries', async () => {
    const refused = async (reason: string) => {
      const metrics = (await server.rest('GET', '/metrics')).body as unknown as string
      const line = new RegExp(
        `^stackgate_webhooks_rejected_total\\{provider="STRIPE",reason="${reason}"\\} (\\d+)$`,
        'm',
      )
      return Number(line.exec(metrics)?.[1] ?? 0)
    }
    const counts = async () => [await refused('clock_skew'), await refused('signature')] as const
    const body = JSON.stringify(stripeEvent('customer.created', { object: 'customer', id: 'cus_skew' }))
    const at = Math.floor(Date.now() / 1000)
    const [skewed, forged] = await counts()
    for (const seconds of [-600, 600])
      expect(
        (await post(body, { 'stripe-signature': stripeSignature(body, server.webhookSecret, { at: at + seconds }) }))
          .status,
      ).toBe(400)
    expect(await counts()).toEqual([skewed + 2, forged])
    const logged = server.logLines.map((line) => JSON.parse(line) as { msg: string; skewSeconds?: number })
    const published = logged.filter(({ msg }) => msg.startsWith('Stripe webhook was signed outside the accepted time'))
    expect(published.slice(-2).map(({ skewSeconds }) => Math.sign(skewSeconds!))).toEqual([1, -1])
    await post(body, { 'stripe-signature': stripeSignature(body, 'whsec_of_somebody_else', { at: at - 600 }) })
    expect(await counts()).toEqual([skewed + 2, forged + 1])
  })

  it('accepts the webhook aliases of the integrations', async () => {
    for (const path of ['/webhooks/stripe', '/api/webhooks/stripe', '/webhook/stripe', '/api/packages/webhook']) {
      const event = stripeEvent('customer.created', { object: 'customer', id: 'cus_alias' })
      expect((await deliver(event, path)).status).toBe(200)
      expect(await inbox(event['id'] as string)).toHaveLength(1)
    }
  })

  it('stores and quarantines a live-mode event with 200 and no effect', async () => {
    const { token, subscription } = await buy('livemode@example.com')
    const event = stripeEvent(
      'customer.subscription.deleted',
      { object: 'subscription', id: subscription.external_id },
      { livemode: true },
    )
    expect((await deliver(event)).status).toBe(200)
    expect((await inbox(event['id'] as string))[0]).toMatchObject({
      state: 'QUARANTINED',
      state_reason: expect.stringContaining('livemode true'),
    })
    expect((await planOf(token)).plan.code).toBe('plus')
  })

  it('returns 200 and changes nothing for a repeated event', async () => {
    const { token, subscription } = await buy('duplicate@example.com')
    const event = stripeEvent('customer.subscription.updated', { object: 'subscription', id: subscription.external_id })
    const input = () =>
      server.query(
        `select version, events, news from account,
           (select count(*) as events from stream_event where stream_id = $1) stream,
           (select count(*) as news from outbox_event where account_id = $1) outbox
         where id = $1`,
        [subscription.account_id],
      )
    const before = await input()
    const answers = await Promise.all(
      [1, 2, 3].map(() => deliver(event).then((response) => response.json() as Promise<{ duplicate: boolean }>)),
    )
    expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(1)
    await eventually(
      () => inbox(event['id'] as string),
      ([row]) => row?.state === 'PROCESSED',
    )
    expect(await inbox(event['id'] as string)).toHaveLength(1)
    expect(await input()).toEqual(before)
    expect((await planOf(token)).plan.code).toBe('plus')
  })
})
