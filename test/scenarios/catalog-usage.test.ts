import { randomUUID } from 'node:crypto'
import { usageFigures } from '#test/support/analytics.js'
import { buyPlan } from '../support/buy-plan.js'
import { eventually, startTestServer, type TestServer } from '../support/test-server.js'
import { expectInvariants } from '../support/invariants.js'
import { accountIdOf } from '#test/support/accounts.js'

/** Service of the application, with the events that it receives. */
class Application {
  constructor(
    readonly server: TestServer,
    private readonly key: string,
  ) {}

  async post(verb: string, body: object): Promise<{ status: number; body: Record<string, unknown> }> {
    const answer = await this.server.rest('POST', `/api/v1/entitlements/${verb}`, { token: this.key, body })
    return { status: answer.status, body: answer.body }
  }

  use(account: string, feature: string, amount = 1) {
    return this.post('consume', { account_id: account, feature, amount, idempotency_key: randomUUID() })
  }

  allocate(account: string, feature: string, resource: string) {
    return this.post('allocate', { account_id: account, feature, resource_id: resource })
  }
}

async function open(catalog: string, start?: string): Promise<Application> {
  const server = await startTestServer({ env: { CATALOG: catalog }, ...(start ? { start } : {}) })
  return new Application(server, await server.serviceKey(['entitlements:write']))
}

async function accountOf(server: TestServer, token: string): Promise<string> {
  return await accountIdOf(server, token)
}

const warnings = (server: TestServer, accountId: string) =>
  server.query<{
    data: { feature: string; threshold: number; thresholds: number[]; used: number; previous: number; limit: number }
  }>(`select data from stream_event where stream_id = $1 and type = 'usage.warning' order by sequence`, [accountId])

describe('agileforge: stories of a month', () => {
  let app: Application
  beforeAll(async () => {
    app = await open('agileforge')
  })
  afterAll(() => app.server.close())

  it('uses the allowance, then a pack; a new month, and the day on which the pack expires', async () => {
    const { server } = app
    const token = await server.token('ann@example.com')
    const admin = await server.token('ops@example.com', { roles: ['admin'] })
    const account = await accountOf(server, token)
    const credits = async () =>
      (
        await server.graphql<{ account: { usage: { credits: { grants: { nodes: { id: string }[] } }[] } } }>(
          `{ account { usage { credits { feature { code } granted used reserved expired remaining debt nextExpiresAt grants { nodes { id amount remaining source { kind code } expiresAt } } } } } }`,
          {},
          token,
        )
      ).data.account.usage.credits
    expect(await credits()).toEqual([])

    // 15 January: Starter grants 25 stories a month.
    expect((await app.use(account, 'ai_stories', 25)).status).toBe(200)
    expect(await app.use(account, 'ai_stories')).toMatchObject({
      status: 402,
      body: {
        error: 'Plan limit exceeded',
        message: 'Insufficient AI story credits: you have used 25/25 AI stories this month.',
        current_plan: 'starter',
        remedies: [
          { kind: 'wait', at: '2026-02-01T00:00:00.000Z' },
          { kind: 'buy_package', label: 'Buy 50 AI Stories', price: { amount: '5.00', currency: 'GBP' } },
          { kind: 'upgrade_plan', label: 'Upgrade to Professional' },
          { kind: 'buy_package' },
          { kind: 'upgrade_plan' },
          { kind: 'buy_package' },
        ],
      },
    })
    await eventually(
      () => warnings(server, account),
      (published) => published.length > 0,
    )
    expect((await warnings(server, account)).map(({ data }) => data)).toEqual([
      { feature: 'ai_stories', threshold: 95, thresholds: [80, 95], used: 25, previous: 0, limit: 25 },
    ])

    // An operator grants the amount of a pack: 50 for 90 days, under a key, once.
    const grant = `mutation ($account: ID!) {
      grantCredits(input: { accountId: $account, feature: "ai_stories", amount: 50, validForDays: 90, reason: "Goodwill" }, key: "g1") {
        creditGrant { __typename id amount remaining grantedAt expiresAt source { kind reason } }
        denial { __typename code message }
      }
    }`
    const { data: first } = await server.graphql<{ grantCredits: { id: string } }>(grant, { account }, admin)
    expect(first.grantCredits).toMatchObject({
      __typename: 'CreditGrant',
      amount: 50,
      remaining: 50,
      grantedAt: '2026-01-15T10:00:00.000Z',
      expiresAt: '2026-04-15T10:00:00.000Z',
      source: { kind: 'OVERRIDE', reason: 'Goodwill' },
    })
    const { data: again } = await server.graphql<{ grantCredits: { id: string } }>(grant, { account }, admin)
    expect(again.grantCredits.id).toBe(first.grantCredits.id)
    await eventually(
      () => server.logLines.filter((line) => line.includes('"Granted credits"')).length,
      (lines) => lines === 1,
    )
    expect((await app.use(account, 'ai_stories', 10)).body).toMatchObject({
      taken: [{ kind: 'override', reason: 'Goodwill', amount: 10 }],
    })
    expect(await credits()).toEqual([
      {
        feature: { code: 'ai_stories' },
        granted: 50,
        used: 10,
        reserved: 0,
        expired: 0,
        remaining: 40,
        debt: 0,
        nextExpiresAt: '2026-04-15T10:00:00.000Z',
        grants: { nodes: [expect.objectContaining({ id: first.grantCredits.id, amount: 50, remaining: 40 })] },
      },
    ])

    // 1 February: the allowance is new, and taken before the pack.
    await server.advanceTo('2026-02-01T00:00:00Z')
    expect((await app.use(account, 'ai_stories', 30)).body).toMatchObject({
      taken: [
        { kind: 'plan', code: 'starter', amount: 25 },
        { kind: 'override', amount: 5 },
      ],
    })

    // Until 15 April, 10:00 the pack is there, and from then on nothing of it.
    await server.advanceTo('2026-04-15T09:59:59Z')
    expect((await app.use(account, 'ai_stories', 26)).status).toBe(200)
    await server.advanceTo('2026-04-15T10:00:00Z')
    expect((await app.use(account, 'ai_stories')).status).toBe(402)
    expect(await credits()).toMatchObject([
      { granted: 50, used: 16, expired: 34, remaining: 0, nextExpiresAt: null, grants: { nodes: [] } },
    ])
    await expectInvariants(server)
  })

  it('records every change in the ledger with its cause, sums to the balance, and reports usage by day', async () => {
    const { server } = app
    const token = await server.token('ann@example.com')
    interface Entry {
      id: string
      kind: string
      amount: number
      balanceAfter: number
      cause: { __typename: string; id: string } | null
    }
    const { data } = await server.graphql<{
      account: {
        usage: { credits: { entries: { nodes: Entry[]; pageInfo: { hasNextPage: boolean; endCursor: string } } }[] }
      }
    }>(
      `{ account { usage { credits { entries(first: 100) { nodes { id kind amount balanceAfter reference at cause { __typename id } } pageInfo { hasNextPage endCursor } } } } } }`,
      {},
      token,
    )
    const entries = data.account.usage.credits[0]!.entries.nodes
    expect(entries.map(({ kind, amount }) => `${kind} ${amount}`).toReversed()).toEqual([
      'CONSUME -25',
      'GRANT 50',
      'CONSUME -10',
      'CONSUME -25',
      'CONSUME -5',
      'CONSUME -25',
      'CONSUME -1',
      'EXPIRE -34',
    ])
    expect(entries.map(({ cause }) => cause?.__typename).toReversed()).toEqual([
      'Consumption',
      'CreditGrant',
      ...Array<string>(5).fill('Consumption'),
      'CreditGrant',
    ])
    expect(entries[0]!.balanceAfter).toBe(0)
    const { data: node } = await server.graphql<{ node: Entry }>(
      `query ($id: ID!) { node(id: $id) { ... on LedgerEntry { id kind amount } } }`,
      { id: entries[1]!.id },
      token,
    )
    expect(node.node).toEqual({ id: entries[1]!.id, kind: 'CONSUME', amount: -1 })
    const { data: pages } = await server.graphql<typeof data>(
      `query { account { usage { credits { entries(first: 3) { nodes { kind } pageInfo { hasNextPage endCursor } } } } } }`,
      {},
      token,
    )
    const { pageInfo } = pages.account.usage.credits[0]!.entries
    const { data: next } = await server.graphql<typeof data>(
      `query ($after: String) { account { usage { credits { entries(first: 100, after: $after) { nodes { kind } pageInfo { hasNextPage } } } } } }`,
      { after: pageInfo.endCursor },
      token,
    )
    expect([pageInfo.hasNextPage, next.account.usage.credits[0]!.entries.nodes.length]).toEqual([true, 5])

    const history = await usageFigures(server, token, { from: '2026-01-14T00:00:00Z', to: '2026-02-02T00:00:00Z' })
    const { points: used } = history.find(({ groups }) => groups['FEATURE'] === 'ai_stories')!
    expect([used.length, used.filter(({ value }) => value !== 0)]).toEqual([
      19,
      [
        { from: '2026-01-15T00:00:00.000Z', to: '2026-01-16T00:00:00.000Z', value: 35 },
        { from: '2026-02-01T00:00:00.000Z', to: expect.any(String) as string, value: 30 },
      ],
    ])
  })

  it('records debt for a revoked grant, which the next one repays', async () => {
    const { server } = app
    const token = await server.token('bob@example.com')
    const admin = await server.token('ops@example.com', { roles: ['admin'] })
    const account = await accountOf(server, token)
    const give = async (amount: number) =>
      (
        await server.graphql<{ grantCredits: { id: string } }>(
          `mutation ($account: ID!, $amount: SafeInt!, $key: String!) { grantCredits(input: { accountId: $account, feature: "ai_stories", amount: $amount, reason: "Test" }, key: $key) { creditGrant { id } } }`,
          { account, amount, key: randomUUID() },
          admin,
        )
      ).data.grantCredits.id
    const balance = async () =>
      (
        await server.graphql<{
          account: { usage: { credits: { remaining: number; debt: number; granted: number }[] } }
        }>(`{ account { usage { credits { granted remaining debt } } } }`, {}, token)
      ).data.account.usage.credits[0]
    const grant = await give(50)
    expect((await app.use(account, 'ai_stories', 45)).status).toBe(200)
    const revoke = async (key: string) =>
      (
        await server.graphql<{ revokeCredits: object }>(
          `mutation ($grant: ID!, $key: String!) { revokeCredits(id: $grant, reason: "Refunded", key: $key) { creditGrant { __typename remaining } denial { __typename code } } }`,
          { grant, key },
          admin,
        )
      ).data.revokeCredits
    for (let call = 0; call < 2; call++)
      expect(await revoke('once')).toEqual({ __typename: 'CreditGrant', remaining: 0 })
    expect(await revoke('again')).toEqual({ __typename: 'Denial', code: 'INVALID_TRANSITION' })
    expect(await balance()).toEqual({ granted: 20, remaining: 0, debt: 20 })
    await give(30)
    expect(await balance()).toEqual({ granted: 50, remaining: 10, debt: 0 })
    await expectInvariants(server)
  })

  it('denies the fourth member on Starter with the cheapest upgrade, and shows the near limit', async () => {
    const { server } = app
    const account = await accountOf(server, await server.token('carl@example.com'))
    for (const member of ['m1', 'm2']) expect((await app.allocate(account, 'members', member)).status).toBe(200)
    expect((await app.allocate(account, 'members', 'm3')).body).toMatchObject({
      entitlement: { used: 3, limit: 3, percent: 100, near_limit: true },
    })
    expect(await app.allocate(account, 'members', 'm4')).toMatchObject({
      status: 402,
      body: {
        code: 'LIMIT_REACHED',
        message: 'You have used 3/3 team members.',
        remedies: [{ label: 'Upgrade to Professional', price: { amount: '10.00' } }, { label: 'Upgrade to Business' }],
      },
    })
    for (const project of ['1', '2', '3', '4', '5'])
      expect((await app.allocate(account, 'projects', project)).status).toBe(200)
    expect((await app.allocate(account, 'projects', '6')).status).toBe(402)
    expect((await app.post('check', { account_id: account, feature: 'sso' })).body).toMatchObject({ allowed: false })
    expect(await warnings(server, account)).toEqual([])
  })
})

describe('attribution: runs of a calendar month', () => {
  let app: Application
  beforeAll(async () => {
    app = await open('attribution', '2026-12-20T10:00:00Z')
  })
  afterAll(() => app.server.close())

  it('allows 5,000 on Pro until New Year, warns once per threshold and month; Scale raises it immediately', async () => {
    const { server } = app
    const token = await server.token('ann@example.com')
    const account = await accountOf(server, token)
    await buyPlan(server, token, 'pro')
    expect((await app.use(account, 'attribution_runs', 3999)).status).toBe(200)
    expect(await warnings(server, account)).toEqual([])
    for (let run = 0; run < 5; run++) await app.use(account, 'attribution_runs')
    expect((await app.use(account, 'attribution_runs', 996)).status).toBe(200)
    const published = await eventually(
      () => warnings(server, account),
      (found) => found.length >= 2,
    )
    expect(published.map(({ data }) => [data.threshold, data.limit])).toEqual([
      [80, 5000],
      [95, 5000],
    ])
    await eventually(
      () => server.logLines.filter((line) => line.includes('"Usage warning"')).length,
      (lines) => lines === 2,
    )
    const refused = {
      status: 402,
      body: {
        error: 'Plan limit exceeded',
        message: 'You have used 5000/5000 attribution runs this month.',
        upgrade_url: `${server.url}/admin/pricing`,
        current_plan: 'pro',
        resets_at: '2027-01-01T00:00:00.000Z',
      },
    }
    expect(await app.use(account, 'attribution_runs')).toMatchObject(refused)

    await server.advanceTo('2026-12-31T23:59:59Z')
    expect(await app.use(account, 'attribution_runs')).toMatchObject(refused)
    await server.advanceTo('2027-01-01T00:00:00Z')
    expect((await app.use(account, 'attribution_runs', 4000)).status).toBe(200)
    await eventually(
      () => warnings(server, account),
      (found) => found.length === 3,
    )
    expect((await app.use(account, 'attribution_runs', 1001)).status).toBe(402)
    const { data } = await server.graphql<{ changePlan: { __typename: string } }>(
      `mutation { changePlan(input: { plan: "scale", at: NOW }, key: "up") { __typename denial { __typename code message } } }`,
      {},
      token,
    )
    expect(data.changePlan.__typename).toBe('PlanChangePayload')
    await eventually(
      () => app.post('check', { account_id: account, feature: 'exports' }),
      ({ body }) => body['allowed'] === true,
    )
    // Until its renewal, Scale has the share of January that it is paid for.
    const { entitlement } = (await app.use(account, 'attribution_runs', 1001)).body as {
      entitlement: { used: number; limit: number }
    }
    expect(entitlement.used).toBe(5001)
    expect(entitlement.limit).toBeGreaterThan(5001)
    expect(entitlement.limit).toBeLessThan(25_000)
    await expectInvariants(server)
  })
})

describe('communities: sliding window of thirty days', () => {
  let app: Application
  beforeAll(async () => {
    app = await open('communities')
  })
  afterAll(() => app.server.close())

  it('assigns the plan to the community for every member, and limits every thirty days', async () => {
    const { server } = app
    const admin = await server.token('admin@example.com', { communityId: '42', communityRole: 'admin' })
    const account = await accountOf(server, admin)
    const member = await server.token('member@example.com', { communityId: '42', communityRole: 'member' })
    const stranger = await server.token('stranger@example.com', { communityId: '7', communityRole: 'admin' })
    await buyPlan(server, admin, 'pro')
    const planOf = async (token: string) =>
      (
        await server.graphql<{ account: { id: string; plan: { plan: { code: string } } } }>(
          `{ account { id plan { plan { code } } } }`,
          {},
          token,
        )
      ).data.account
    expect(await planOf(member)).toEqual({ id: account, plan: { plan: { code: 'pro' } } })
    expect((await planOf(stranger)).plan.plan.code).toBe('free')
    const { data } = await server.graphql(`query ($id: ID!) { account(id: $id) { id } }`, { id: account }, stranger)
    expect(data).toEqual({ account: null })

    expect((await app.use(account, 'ai_chat_message', 6000)).status).toBe(200)
    await server.advanceTo('2026-01-30T10:00:00Z')
    expect((await app.use('community:42', 'ai_chat_message', 4000)).status).toBe(200)
    expect(await app.use(account, 'ai_chat_message')).toMatchObject({
      status: 402,
      body: { message: 'You have used 10000/10000 AI chat messages in the last 30 days.' },
    })
    // 14 February, 10:00: thirty days after the first 6,000, whose bucket of half a day has not left the window yet.
    await server.advanceTo('2026-02-14T10:00:00Z')
    expect((await app.use(account, 'ai_chat_message')).status).toBe(402)
    await server.advanceTo('2026-02-14T12:00:00Z')
    expect((await app.use(account, 'ai_chat_message', 6000)).status).toBe(200)
    expect((await app.use(account, 'ai_chat_message')).status).toBe(402)
    await expectInvariants(server)
  })
})

describe('try-direct: price per managed server', () => {
  let app: Application
  beforeAll(async () => {
    app = await open('try-direct')
  })
  afterAll(() => app.server.close())

  it('allows the paid number of managed servers, and offers one more unit of the plan for one more', async () => {
    const { server } = app
    const token = await server.token('ann@example.com')
    const account = await accountOf(server, token)
    await buyPlan(server, token, 'basic', { quantity: 3 })
    const taken = await Promise.all(
      Array.from({ length: 8 }, (_, server) => app.allocate(account, 'managed_servers', `srv-${server}`)),
    )
    expect(taken.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      200, 200, 200, 402, 402, 402, 402, 402,
    ])
    expect(taken.find(({ status }) => status === 402)!.body).toMatchObject({
      code: 'LIMIT_REACHED',
      message: 'You have used 3/3 managed servers.',
      remedies: [
        { kind: 'change_plan', label: 'Pay Basic for 4 managed servers', mutation: 'changePlan' },
        { label: 'Upgrade to Plus for 4 managed servers' },
        { label: 'Upgrade to Individual for 4 managed servers' },
      ],
    })
    await server.graphql(
      `mutation { changePlan(input: { plan: "basic", quantity: 4, at: NOW }, key: "four") { denial { code } } }`,
      {},
      token,
    )
    await eventually(
      () => app.allocate(account, 'managed_servers', 'srv-more'),
      ({ status }) => status === 200,
    )
    await expectInvariants(server)
  })
})
