import { Webhook } from 'standardwebhooks'
import { Buyer } from '#test/support/buyer.js'
import { eventually } from '#test/support/test-server.js'
import { WebhookFixture } from '#test/support/webhook-endpoints.js'

describe('webhookDeliveries and signed webhooks', () => {
  let hooks: WebhookFixture
  beforeAll(async () => {
    hooks = await WebhookFixture.start()
  })
  afterAll(() => hooks.close())
  beforeEach(() => hooks.reset())

  it('delivers the payment that activates a plan to subscribed endpoints', async () => {
    const carl = await Buyer.named(hooks.server, 'carl@example.com')
    const endpoint = await hooks.create('/paid', ['subscription.*', 'checkout.completed'], carl.token)
    await carl.buy('startSubscription', { plan: 'plus' })
    await hooks.completed(
      endpoint.id,
      (log) => log.length >= 2 && log.every(({ status }) => status === 'DELIVERED'),
      carl.token,
    )
    const published = hooks.receiver.verified(endpoint.secret, '/paid')
    expect(published.map(({ type }) => type).toSorted()).toEqual(['checkout.completed', 'subscription.activated'])
    expect(published.find(({ type }) => type === 'subscription.activated')!.data).toMatchObject({
      plan: 'plus',
      status: 'ACTIVE',
    })
  })

  it('rejects a signature with another secret, a changed body or an old time', async () => {
    const endpoint = await hooks.create('/signed', ['override.set'])
    await hooks.happen('ann@example.com')
    await eventually(
      () => hooks.receiver.received.length,
      (count) => count === 1,
    )
    const { body, headers } = hooks.receiver.received[0]!
    const check =
      (secret: string, text: string, over: Record<string, string> = {}) =>
      () =>
        new Webhook(secret).verify(text, { ...(headers as Record<string, string>), ...over })
    expect(check(endpoint.secret, body)).not.toThrow()
    expect(check(endpoint.secret, body.replace('3', '4'))).toThrow('No matching signature')
    expect(check(`whsec_${Buffer.alloc(24).toString('base64')}`, body)).toThrow('No matching signature')
    const old = String(Math.floor(Date.now() / 1000) - 400)
    expect(check(endpoint.secret, body, { 'webhook-timestamp': old })).toThrow('too old')
  })

  it('retries a failed delivery under the same ID and logs each attempt', async () => {
    const endpoint = await hooks.create('/retry', ['override.*'])
    hooks.receiver.answer = () => ({ status: 500, body: 'no' })
    await hooks.happen('ann@example.com')
    const [failed] = await hooks.completed(endpoint.id, ([one]) => one?.attempts.length === 1)
    expect(failed).toMatchObject({ status: 'PENDING', attemptCount: 1, lastStatusCode: 500, lastError: 'answered 500' })
    expect(Date.parse(failed!.nextAttemptAt!) - Date.now()).toBeGreaterThan(0)
    hooks.receiver.answer = () => ({ status: 200 })
    const [taken] = await hooks.completed(endpoint.id, ([one]) => one?.status === 'DELIVERED')
    expect(taken).toMatchObject({ attemptCount: 2, lastError: null, nextAttemptAt: null })
    expect(taken!.attempts.map(({ statusCode, error }) => [statusCode, error])).toEqual([
      [500, 'answered 500'],
      [200, null],
    ])
    expect(new Set(hooks.receiver.verified(endpoint.secret).map(({ id }) => id))).toEqual(new Set([taken!.eventId]))
  })

  it('does not follow a redirect or read an endless response', async () => {
    const endpoint = await hooks.create('/moved', ['override.*'])
    hooks.receiver.answer = () => ({ status: 302, headers: { location: `${hooks.receiver.url}/elsewhere` } })
    await hooks.happen('ann@example.com')
    const [moved] = await hooks.completed(endpoint.id, ([one]) => one?.attempts.length === 1)
    expect(moved!.lastError).toBe('answered 302; redirects are not followed')
    expect(hooks.receiver.received.map(({ path }) => path)).toEqual(['/moved'])
    const long = await hooks.create('/long', ['override.*'])
    hooks.receiver.answer = () => ({ status: 200, body: 'x'.repeat(5_000_000) })
    await hooks.happen('ann@example.com')
    const [taken] = await hooks.completed(long.id, ([one]) => one !== undefined && one.attempts.length > 0)
    expect(taken!.attempts[0]!.statusCode === 200 || taken!.lastError !== null).toBe(true)
  })

  it('disables an endpoint immediately on 410 Gone', async () => {
    const endpoint = await hooks.create('/gone', ['override.*'])
    hooks.receiver.answer = () => ({ status: 410 })
    await hooks.happen('ann@example.com')
    const rows = await eventually(
      () => hooks.server.query(`select enabled, disabled_reason from webhook_endpoint where id = $1`, [endpoint.id]),
      ([row]) => !(row as { enabled: boolean }).enabled,
    )
    expect(rows).toEqual([{ enabled: false, disabled_reason: 'The endpoint responded with 410 Gone.' }])
  })

  it('does not delay other endpoints when one hooks.receiver hangs', async () => {
    const slow = await hooks.create('/slow', ['override.*'])
    const quick = await hooks.create('/quick', ['override.*'])
    hooks.receiver.answer = (path) => (path === '/slow' ? { status: 200, hang: true } : { status: 200 })
    for (let times = 0; times < 6; times++) await hooks.happen('ann@example.com')
    await hooks.completed(quick.id, (log) => log.length === 6 && log.every(({ status }) => status === 'DELIVERED'))
    expect((await hooks.deliveries(slow.id)).every(({ status }) => status === 'PENDING')).toBe(true)
    expect(hooks.receiver.received.filter(({ path }) => path === '/slow').length).toBeLessThanOrEqual(4)
  })

  it('delivers the outage of an agent as a signed webhook', async () => {
    const endpoint = await hooks.create('/agents', ['agent.*'])
    const [account] = await hooks.server.query<{ id: string }>(
      `select id from account where external_id = 'ann@example.com'`,
    )
    const payload = {
      deploymentHash: 'd',
      agentKind: 'COMPOSE_AGENT',
      beganAt: '2026-01-15T10:00:00.000Z',
      endedAt: null,
    }
    await hooks.server.query(
      `insert into outbox_event (id, type, account_id, payload, at) values ('obx_01kaaaaaaaaaaaaaaaaaaaaaaa', 'agent.unreachable', $1, $2, now())`,
      [account!.id, payload],
    )
    await hooks.completed(endpoint.id, ([one]) => one?.status === 'DELIVERED')
    expect(hooks.receiver.verified(endpoint.secret)).toMatchObject([
      { id: 'obx_01kaaaaaaaaaaaaaaaaaaaaaaa', type: 'agent.unreachable', data: payload },
    ])
  })
})
