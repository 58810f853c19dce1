import { allModules } from '#modules/all-modules.js'
import { declaredBy } from '#modules/compose.js'
import { installedModules } from '#modules/installed-modules.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { startCheckout } from '#test/support/buy-plan.js'

const ADVANCE = `mutation ($input: AdvanceClockInput!) { advanceClock(input: $input) { clock { now sandbox } denial { code } } }`

describe('Business clock', () => {
  let server: TestServer
  let admin: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-01-31T10:00:00Z' })
    admin = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(() => server.close())

  const advance = (input: Record<string, unknown>, token: string | null) =>
    server.graphql<{ advanceClock: { now: string; sandbox: boolean } }>(ADVANCE, { input }, token)
  const subscribe = async (email: string) => {
    const token = await server.token(email)
    const providerReference = await startCheckout(server, token, { plan: 'plus', idempotencyKey: 'k' })
    await server.sandboxControl('POST', `checkouts/${providerReference}/pay`, {})
    await server.graphql(
      `mutation ($id: String!) { confirmCheckout(by: { providerReference: $id }) { checkout { status } } }`,
      { id: providerReference },
      token,
    )
    return { token, providerReference }
  }
  const account = async (token: string) =>
    (
      await server.graphql<{
        account: {
          plan: { plan: { code: string }; endsAt: string | null }
          billing: { events: { nodes: { type: string; at: string }[] } }
        }
      }>(
        `{ account { plan { plan { code } endsAt } billing { events(first: 100) { nodes { type at } } } } }`,
        {},
        token,
      )
    ).data.account

  it('is moved by operators only, in one way per call, and never back', async () => {
    const user = await server.token('user@example.com')
    expect((await advance({ bySeconds: 60 }, user)).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    expect((await advance({ bySeconds: 60 }, null)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
    const denied = { data: { advanceClock: { code: 'INVALID_CLOCK' } } }
    expect(await advance({ to: '2026-01-01T00:00:00Z' }, admin)).toMatchObject(denied)
    expect(await advance({ bySeconds: 9_007_199_254_740_991 }, admin)).toMatchObject(denied)
    expect((await advance({}, admin)).errors).toBeDefined()
    expect((await advance({ bySeconds: 1, to: '2027-01-01T00:00:00Z' }, admin)).errors).toBeDefined()
    expect((await advance({ bySeconds: 60 }, admin)).data.advanceClock).toEqual({
      now: '2026-01-31T10:01:00.000Z',
      sandbox: true,
    })
    const service = await server.serviceKey(['ops:*'])
    expect((await advance({ bySeconds: 0 }, service)).data.advanceClock.now).toBe('2026-01-31T10:01:00.000Z')
  })

  it('stops at the exact millisecond of its target; the sandbox, which counts seconds, is never ahead', async () => {
    for (const to of ['2026-01-31T10:01:30.001Z', '2026-01-31T10:01:30.999Z', '2026-01-31T10:01:31.000Z']) {
      expect((await advance({ to }, admin)).data.advanceClock.now).toBe(to)
      const { now } = await server.sandboxControl<{ now: string }>('GET', 'clock')
      expect(now).toBe(to.replace(/\.\d+/, '.000'))
      // The sandbox reports its own move of the clock a little later.
      await new Promise((wake) => setTimeout(wake, 50))
      expect((await advance({ bySeconds: 0 }, admin)).data.advanceClock.now).toBe(to)
    }
  })

  it('executes concurrent moves one after another', async () => {
    const before = (await advance({ bySeconds: 0 }, admin)).data.advanceClock.now
    await Promise.all(Array.from({ length: 5 }, () => advance({ bySeconds: 60 }, admin)))
    const after = (await advance({ bySeconds: 0 }, admin)).data.advanceClock.now
    expect(Date.parse(after) - Date.parse(before)).toBe(300_000)
  })

  it('ends months as Stripe does, in server and sandbox, from 31 January', async () => {
    const { token } = await subscribe('month-ends@example.com')
    const ends: (string | null)[] = [(await account(token)).plan.endsAt]
    for (const moment of ['2026-02-28T12:00:00Z', '2026-03-31T12:00:00Z', '2026-04-30T12:00:00Z']) {
      await server.advanceTo(moment)
      ends.push((await account(token)).plan.endsAt)
    }
    expect(ends.map((end) => end?.slice(0, 10))).toEqual(['2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31'])
    const renewals = (await account(token)).billing.events.nodes.filter(({ type }) => type === 'subscription.renewed')
    expect(renewals.map(({ at }) => at.slice(0, 10)).toReversed()).toEqual(['2026-02-28', '2026-03-31', '2026-04-30'])
  })

  it('reads a subscription that is not renewed at the end of its day, without a webhook, and ends its plan', async () => {
    const { token } = await subscribe('silent@example.com')
    await advance({ bySeconds: 0 }, admin) // Work in progress has finished.
    const before = (await account(token)).plan
    expect(before).toMatchObject({ plan: { code: 'plus' }, endsAt: '2026-05-30T12:00:00.000Z' })
    // The provider stops sending: its subscription is deleted, and so is its webhook.
    const [subscription] = await server.query<{ external_id: string }>(
      `select external_id from billing_subscription order by id desc limit 1`,
    )
    await server.sandboxControl('POST', 'faults', {
      match: { event: 'customer.subscription.deleted' },
      action: 'webhook_drop',
      times: 1000,
    })
    await fetch(`${server.sandbox.url}/v1/subscriptions/${subscription!.external_id}`, {
      method: 'DELETE',
      headers: { authorization: 'Bearer sk_test_sandbox_server' },
    })
    await server.advanceTo('2026-05-30T23:59:59Z')
    expect((await account(token)).plan.plan.code).toBe('plus')
    await server.advanceTo('2026-05-31T00:00:00Z')
    const after = await account(token)
    expect(after.plan).toEqual({ plan: { code: 'free' }, endsAt: null })
    expect(after.billing.events.nodes[0]).toEqual({ type: 'subscription.canceled', at: '2026-05-31T00:00:00.000Z' })
  })

  it('expires an unpaid checkout, here and at the provider', async () => {
    const token = await server.token('hesitant@example.com')
    const { data } = await server.graphql<{ startSubscription: { id: string } }>(
      `mutation { startSubscription(input: { provider: STRIPE, plan: "plus" }, key: "k") { checkout { id } } }`,
      {},
      token,
    )
    await server.advanceTo('2026-06-01T12:00:00Z')
    const { data: seen } = await server.graphql(
      `query ($id: ID!) { checkout(by: { id: $id }) { status url } }`,
      { id: data.startSubscription.id },
      token,
    )
    expect(seen).toEqual({ checkout: { status: 'EXPIRED', url: null } })
  })

  it("follows moves by the sandbox's control", async () => {
    await server.sandboxControl('POST', 'clock', { to: '2026-06-02T00:00:00Z' })
    expect((await advance({ bySeconds: 0 }, admin)).data.advanceClock.now).toBe('2026-06-02T00:00:00.000Z')
  })

  it('names the end of a period that begins, and not the invoice, which can have been paid since', async () => {
    const { token } = await subscribe('uncollected@example.com')
    const { endsAt } = (await account(token)).plan
    await server.advanceTo(endsAt!)
    const { data } = await server.graphql<{
      account: { billing: { events: { nodes: { type: string; summary: string }[] } } }
    }>('{ account { billing { events(first: 100) { nodes { type summary } } } } }', {}, token)
    expect(data.account.billing.events.nodes.find(({ type }) => type === 'subscription.renewed')?.summary).toMatch(
      /^Plus renewed until \w+ \d+, \d{4}\.$/,
    )
  })
})

describe('Business clock without some modules', () => {
  it('does not wait for their events, webhooks and jobs, which stay as they are', async () => {
    const server = await startTestServer({
      isEmpty: true,
      start: '2026-01-31T10:00:00Z',
      env: { CATALOG: 'agileforge', MODULES: 'core,operations' },
    })
    try {
      const all = declaredBy(allModules).handled
      const { handled } = declaredBy(await installedModules(['core', 'operations']))
      const absent = (queue: keyof typeof all) => all[queue].filter((one) => !handled[queue].includes(one))
      await server.query(
        `insert into outbox_event (id, type, payload, at) select 'obx_' || t, t, '{}', now() from unnest($1::text[]) t`,
        [absent('outbox')],
      )
      await server.query(`insert into inbox_object (provider, object_key) select p, 'x' from unnest($1::text[]) p`, [
        absent('inbox'),
      ])
      await server.query(
        `insert into scheduled_job (id, kind, key, run_at) select 'job_' || k, k, 'x', '2026-01-31T10:00:30Z' from unnest($1::text[]) k`,
        [absent('scheduled_job')],
      )
      const admin = await server.token('ops@example.com', { roles: ['admin'] })
      const advance = `mutation { advanceClock(input: { bySeconds: 60 }) { clock { now } failures { kind } denial { code } } }`
      const { data, errors } = await server.graphql<{ advanceClock: unknown }>(advance, {}, admin)
      expect({ data, errors }).toEqual({
        data: { advanceClock: expect.objectContaining({ clock: { now: '2026-01-31T10:01:00.000Z' }, failures: [] }) },
      })
      const rows = await server.query<{ name: string; waiting: number }>(
        `select 'outbox' as name, count(*)::int as waiting from outbox_event where state = 'PENDING' and attempts = 0 and type = any($1::text[])
         union all select 'inbox', count(*)::int from inbox_object where pending and attempts = 0 and provider = any($2::text[])
         union all select 'scheduled_job', count(*)::int from scheduled_job where attempts = 0 and available_at <= now() and kind = any($3::text[])`,
        [absent('outbox'), absent('inbox'), absent('scheduled_job')],
      )
      expect(Object.fromEntries(rows.map(({ name, waiting }) => [name, waiting]))).toEqual({
        outbox: absent('outbox').length,
        inbox: absent('inbox').length,
        scheduled_job: absent('scheduled_job').length,
      })
      expect(rows.every(({ waiting }) => waiting > 1)).toBe(true)
    } finally {
      await server.close()
    }
  })
})
