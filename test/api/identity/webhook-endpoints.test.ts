import { Webhook } from 'standardwebhooks'
import { Buyer } from '#test/support/buyer.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { startWebhookReceiver, type WebhookReceiver } from '#test/support/webhook-receiver.js'

const CREATE = `mutation ($url: String!, $types: [String!]!, $all: Boolean, $account: ID) {
  createWebhookEndpoint(input: { url: $url, types: $types, allAccounts: $all, accountId: $account }) { secret endpoint { id url types enabled allAccounts } } }`
const LOG = `query ($id: ID) { webhookDeliveries(endpointId: $id) { nodes {
  id eventId type status attempts lastStatusCode lastError nextAttemptAt deliveredAt payload recentAttempts { statusCode error durationMs } endpoint { id } } } }`

interface Delivery {
  id: string
  eventId: string
  type: string
  status: string
  attempts: number
  lastStatusCode: number | null
  lastError: string | null
  nextAttemptAt: string | null
  recentAttempts: { statusCode: number | null; error: string | null }[]
  payload: unknown
}

describe('Signed outbound webhooks', () => {
  let server: TestServer
  let receiver: WebhookReceiver
  let ann: string
  let bob: string
  let admin: string
  beforeAll(async () => {
    server = await startTestServer({ env: { ALLOWED_PRIVATE_HOSTS: '127.0.0.1' } })
    receiver = await startWebhookReceiver()
    ann = await server.token('ann@example.com')
    bob = await server.token('bob@example.com')
    admin = await server.token('ops@example.com', { roles: ['admin'] })
    for (const token of [ann, bob, admin]) await server.graphql('{ viewer { user { id } } }', {}, token)
  })
  afterAll(async () => {
    await server.close()
    await receiver.close()
  })
  beforeEach(async () => {
    receiver.received.length = 0
    receiver.answer = () => ({ status: 204 })
    await server.query(`delete from webhook_endpoint`)
  })

  async function create(path: string, types: string[], token = ann, all = false) {
    const { data, errors } = await server.graphql<{
      createWebhookEndpoint: { secret: string; endpoint: { id: string; url: string; types: string[] } }
    }>(CREATE, { url: `${receiver.url}${path}`, types, all }, token)
    if (errors) throw new Error(JSON.stringify(errors))
    return { ...data.createWebhookEndpoint.endpoint, secret: data.createWebhookEndpoint.secret }
  }
  const deliveries = async (id: string, token = ann) =>
    (await server.graphql<{ webhookDeliveries: { nodes: Delivery[] } }>(LOG, { id }, token)).data.webhookDeliveries
      .nodes
  const completed = (id: string, until: (all: Delivery[]) => boolean, token = ann) =>
    eventually(() => deliveries(id, token), until, 15_000)
  /** Causes an event: an override for a user's account. */
  const happen = (email: string) =>
    server.graphql(
      `mutation ($account: ID!) { overrideEntitlement(input: { accountId: $account, feature: "deployments", amount: 3, reason: "goodwill" }) { __typename } }`,
      { account: `person:${email}` },
      admin,
    )
  const errorOf = async (query: string, variables: Record<string, unknown>, token: string) =>
    (await server.graphql(query, variables, token)).errors?.[0]

  it('sends an account its own events only, and the installation all events [WH12]', async () => {
    const anns = await create('/ann', ['*'])
    const bobs = await create('/bob', ['*'], bob)
    const all = await create('/all', ['override.*'], admin, true)
    await happen('ann@example.com')
    await completed(anns.id, (log) => log.some(({ status }) => status === 'DELIVERED'))
    await completed(all.id, (log) => log.some(({ status }) => status === 'DELIVERED'), admin)
    const [event] = receiver.verified(anns.secret, '/ann')
    expect(event).toMatchObject({
      type: 'override.set',
      data: { accountId: expect.stringMatching(/^acc_/), feature: 'deployments', amount: 3 },
    })
    expect(receiver.verified(all.secret, '/all')).toEqual([event])
    expect(receiver.verified(bobs.secret, '/bob')).toEqual([])
    expect(receiver.received[0]!.headers).toMatchObject({ 'content-type': 'application/json' })
  })

  it('delivers the payment that activates a plan to subscribed endpoints [WH12]', async () => {
    const carl = await Buyer.named(server, 'carl@example.com')
    const endpoint = await create('/paid', ['subscription.*', 'checkout.completed'], carl.token)
    await carl.buy('startSubscription', { plan: 'plus' })
    await completed(
      endpoint.id,
      (log) => log.length >= 2 && log.every(({ status }) => status === 'DELIVERED'),
      carl.token,
    )
    const published = receiver.verified(endpoint.secret, '/paid')
    expect(published.map(({ type }) => type).toSorted()).toEqual(['checkout.completed', 'subscription.activated'])
    expect(published.find(({ type }) => type === 'subscription.activated')!.data).toMatchObject({
      plan: 'plus',
      status: 'ACTIVE',
    })
  })

  it('rejects a signature with another secret, a changed body or an old time', async () => {
    const endpoint = await create('/signed', ['override.set'])
    await happen('ann@example.com')
    await eventually(
      () => receiver.received.length,
      (count) => count === 1,
    )
    const { body, headers } = receiver.received[0]!
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

  it('sends only the subscribed types', async () => {
    const exact = await create('/exact', ['override.ended', 'subscription.*'])
    const group = await create('/group', ['override.*'])
    await happen('ann@example.com')
    await completed(group.id, (log) => log.length === 1 && log[0]!.status === 'DELIVERED')
    expect(await deliveries(exact.id)).toEqual([])
  })

  it('retries a failed delivery under the same ID and logs each attempt', async () => {
    const endpoint = await create('/retry', ['override.*'])
    receiver.answer = () => ({ status: 500, body: 'no' })
    await happen('ann@example.com')
    const [failed] = await completed(endpoint.id, ([one]) => one?.recentAttempts.length === 1)
    expect(failed).toMatchObject({ status: 'PENDING', attempts: 1, lastStatusCode: 500, lastError: 'answered 500' })
    expect(Date.parse(failed!.nextAttemptAt!) - Date.now()).toBeGreaterThan(0)
    receiver.answer = () => ({ status: 200 })
    const [taken] = await completed(endpoint.id, ([one]) => one?.status === 'DELIVERED')
    expect(taken).toMatchObject({ attempts: 2, lastError: null, nextAttemptAt: null })
    expect(taken!.recentAttempts.map(({ statusCode, error }) => [statusCode, error])).toEqual([
      [500, 'answered 500'],
      [200, null],
    ])
    expect(new Set(receiver.verified(endpoint.secret).map(({ id }) => id))).toEqual(new Set([taken!.eventId]))
  })

  it('does not follow a redirect or read an endless response', async () => {
    const endpoint = await create('/moved', ['override.*'])
    receiver.answer = () => ({ status: 302, headers: { location: `${receiver.url}/elsewhere` } })
    await happen('ann@example.com')
    const [moved] = await completed(endpoint.id, ([one]) => one?.recentAttempts.length === 1)
    expect(moved!.lastError).toBe('answered 302; redirects are not followed')
    expect(receiver.received.map(({ path }) => path)).toEqual(['/moved'])
    const long = await create('/long', ['override.*'])
    receiver.answer = () => ({ status: 200, body: 'x'.repeat(5_000_000) })
    await happen('ann@example.com')
    const [taken] = await completed(long.id, ([one]) => one !== undefined && one.recentAttempts.length > 0)
    expect(taken!.recentAttempts[0]!.statusCode === 200 || taken!.lastError !== null).toBe(true)
  })

  it('disables an endpoint after a dead delivery with an event and a mail, and delivers when it is enabled again', async () => {
    const endpoint = await create('/dead', ['override.*'])
    receiver.answer = () => ({ status: 503 })
    await happen('ann@example.com')
    await completed(endpoint.id, ([one]) => one?.recentAttempts.length === 1)
    // Simulates three days by changing the row.
    await server.query(`update webhook_endpoint set failing_since = now() - interval '71 hours' where id = $1`, [
      endpoint.id,
    ])
    await server.query(
      `update webhook_delivery set attempts = 11, available_at = now(), lease_until = null, lease_token = null where endpoint_id = $1`,
      [endpoint.id],
    )
    const [dead] = await completed(endpoint.id, ([one]) => one?.status === 'DEAD')
    expect(dead).toMatchObject({ lastError: 'answered 503', nextAttemptAt: null })
    const node = `query ($id: ID!) { node(id: $id) { ... on WebhookEndpoint { enabled disabledReason } } }`
    await eventually(
      async () => (await server.graphql<{ node: unknown }>(node, { id: endpoint.id }, ann)).data.node,
      (found) =>
        JSON.stringify(found) ===
        JSON.stringify({ enabled: false, disabledReason: 'No delivery succeeded for three days.' }),
    )
    const { data } = await server.graphql<{ account: { events: { nodes: { type: string }[] } } }>(
      `{ account { events(first: 5) { nodes { type } } } }`,
      {},
      ann,
    )
    expect(data.account.events.nodes.map(({ type }) => type)).toContain('webhook_endpoint.disabled')
    const mails = await server.query<{ recipient: string; body: string }>(
      `select recipient, body from mail_message where subject like 'Events are no longer sent%'`,
    )
    expect(mails).toMatchObject([{ recipient: 'ann@example.com', body: expect.stringContaining('/dead') }])

    // While it is off nothing is written for it; a replay waits until it is on.
    await happen('ann@example.com')
    receiver.answer = () => ({ status: 204 })
    await server.graphql(`mutation ($id: ID!) { replayDelivery(id: $id) { id } }`, { id: dead!.id }, ann)
    expect(await deliveries(endpoint.id)).toHaveLength(1)
    await server.graphql(
      `mutation ($id: ID!) { updateWebhookEndpoint(id: $id, enabled: true) { id } }`,
      { id: endpoint.id },
      ann,
    )
    const [sent] = await completed(endpoint.id, ([one]) => one?.status === 'DELIVERED')
    expect(sent!.eventId).toBe(dead!.eventId)
  })

  it('disables an endpoint immediately on 410 Gone', async () => {
    const endpoint = await create('/gone', ['override.*'])
    receiver.answer = () => ({ status: 410 })
    await happen('ann@example.com')
    const rows = await eventually(
      () => server.query(`select enabled, disabled_reason from webhook_endpoint where id = $1`, [endpoint.id]),
      ([row]) => !(row as { enabled: boolean }).enabled,
    )
    expect(rows).toEqual([{ enabled: false, disabled_reason: 'The endpoint responded with 410 Gone.' }])
  })

  it('sends a test event once, also to a disabled endpoint', async () => {
    const endpoint = await create('/hello', ['invoice.*'])
    await server.graphql(
      `mutation ($id: ID!) { updateWebhookEndpoint(id: $id, enabled: false) { id } }`,
      { id: endpoint.id },
      ann,
    )
    await server.graphql(`mutation ($id: ID!) { testWebhookEndpoint(id: $id) { id status } }`, { id: endpoint.id }, ann)
    const [taken] = await completed(endpoint.id, ([one]) => one?.status === 'DELIVERED')
    expect(taken).toMatchObject({ type: 'webhook.test', status: 'DELIVERED' })
    expect(receiver.verified(endpoint.secret)).toMatchObject([
      { type: 'webhook.test', data: { endpointId: endpoint.id } },
    ])
    receiver.answer = () => ({ status: 500 })
    await server.graphql(`mutation ($id: ID!) { testWebhookEndpoint(id: $id) { id } }`, { id: endpoint.id }, ann)
    const [refused] = await completed(
      endpoint.id,
      ([one]) => one?.recentAttempts.length === 1 && one.status !== 'DELIVERED',
    )
    expect(refused!.status).toBe('DEAD')
  })

  it('signs with both secrets for a while after a rotation, then only with the new one', async () => {
    const endpoint = await create('/rotated', ['override.*'])
    const rotate = async (overlap: number) =>
      (
        await server.graphql<{ rotateWebhookSecret: { secret: string } }>(
          `mutation ($id: ID!, $overlap: Int) { rotateWebhookSecret(id: $id, overlapSeconds: $overlap) { secret endpoint { previousSecretUntil } } }`,
          { id: endpoint.id, overlap },
          ann,
        )
      ).data.rotateWebhookSecret.secret
    const second = await rotate(3600)
    await happen('ann@example.com')
    await eventually(
      () => receiver.received.length,
      (count) => count === 1,
    )
    expect(receiver.verified(endpoint.secret)).toHaveLength(1)
    expect(receiver.verified(second)).toHaveLength(1)
    const third = await rotate(0)
    receiver.received.length = 0
    await happen('ann@example.com')
    await eventually(
      () => receiver.received.length,
      (count) => count === 1,
    )
    expect(receiver.verified(third)).toHaveLength(1)
    expect(() => receiver.verified(second)).toThrow('No matching signature')
    const kept = await server.query<{ text: string }>(`select webhook_endpoint::text as text from webhook_endpoint`)
    for (const secret of [endpoint.secret, second, third]) {
      expect(JSON.stringify(kept)).not.toContain(secret)
      expect(server.logLines.join('')).not.toContain(secret.slice(6))
    }
  })

  it('does not delay other endpoints when one receiver hangs', async () => {
    const slow = await create('/slow', ['override.*'])
    const quick = await create('/quick', ['override.*'])
    receiver.answer = (path) => (path === '/slow' ? { status: 200, hang: true } : { status: 200 })
    for (let times = 0; times < 6; times++) await happen('ann@example.com')
    await completed(quick.id, (log) => log.length === 6 && log.every(({ status }) => status === 'DELIVERED'))
    expect((await deliveries(slow.id)).every(({ status }) => status === 'PENDING')).toBe(true)
    expect(receiver.received.filter(({ path }) => path === '/slow').length).toBeLessThanOrEqual(4)
  })

  it("rejects bad input by field and hides other accounts' endpoints [SE4]", async () => {
    const endpoint = await create('/mine', ['*'])
    const refused = async (variables: Record<string, unknown>, token = ann) => {
      const error = await errorOf(CREATE, { types: ['*'], ...variables }, token)
      return [error?.extensions.code, error?.extensions['field']]
    }
    expect(await refused({ url: 'https://10.0.0.1/' })).toEqual(['BAD_USER_INPUT', 'url'])
    expect(await refused({ url: 'https://169.254.169.254/' })).toEqual(['BAD_USER_INPUT', 'url'])
    expect(await refused({ url: 'gopher://example.com' })).toEqual(['BAD_USER_INPUT', 'url'])
    expect(await refused({ url: 'https://example.com', types: ['*', 'What?'] })).toEqual(['BAD_USER_INPUT', 'types.1'])
    expect(await refused({ url: endpoint.url })).toEqual(['CONFLICT', 'url'])
    expect(await refused({ url: 'https://example.com', all: true })).toEqual(['FORBIDDEN', undefined])
    expect(await refused({ url: 'https://example.com', all: true, account: 'person:ann@example.com' }, admin)).toEqual([
      'BAD_USER_INPUT',
      'allAccounts',
    ])
    const foreign = await Promise.all(
      ['deleteWebhookEndpoint', 'rotateWebhookSecret', 'testWebhookEndpoint', 'updateWebhookEndpoint'].map(
        async (name) =>
          (
            await errorOf(
              `mutation ($id: ID!) { ${name}(id: $id) { ${name === 'rotateWebhookSecret' ? 'secret' : 'id'} } }`,
              { id: endpoint.id },
              bob,
            )
          )?.extensions.code,
      ),
    )
    expect(foreign).toEqual(['NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND'])
    expect((await server.graphql(`query ($id: ID!) { node(id: $id) { id } }`, { id: endpoint.id }, bob)).data).toEqual({
      node: null,
    })
    expect(await errorOf(LOG, { id: endpoint.id }, bob)).toMatchObject({ extensions: { code: 'NOT_FOUND' } })
    const forAnnAlone = await server.serviceKey(
      ['ops:*'],
      (await server.query<{ id: string }>(`select id from account where external_id = 'ann@example.com'`))[0]!.id,
    )
    expect(await refused({ url: 'https://example.com/', all: true }, forAnnAlone)).toEqual(['FORBIDDEN', undefined])
  })

  it('delivers the outage of an agent as a signed webhook', async () => {
    const endpoint = await create('/agents', ['agent.*'])
    const [account] = await server.query<{ id: string }>(`select id from account where external_id = 'ann@example.com'`)
    await server.query(
      `insert into outbox_event (id, type, account_id, payload, at) values ('obx_01kaaaaaaaaaaaaaaaaaaaaaaa', 'agent.unreachable', $1, '{"agentKind":"COMPOSE_AGENT"}', now())`,
      [account!.id],
    )
    await completed(endpoint.id, ([one]) => one?.status === 'DELIVERED')
    expect(receiver.verified(endpoint.secret)).toMatchObject([
      { id: 'obx_01kaaaaaaaaaaaaaaaaaaaaaaa', type: 'agent.unreachable', data: { agentKind: 'COMPOSE_AGENT' } },
    ])
  })
})
