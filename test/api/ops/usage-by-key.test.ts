import { AmendUsage, CreateApiKey } from '@stackgate/client/documents'
import { aggregateAll } from '#services/entitlements/analytics/start-aggregation.js'
import { usageFigures, type FigureSeries } from '#test/support/analytics.js'
import { assignTestPlan, entitlementService, newAccount, type EntitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { workInput } from '#test/support/rated-catalog.js'

const DAY_MS = 86_400_000

type Groups = readonly ('API_KEY' | 'MODEL' | 'MEMBER' | 'REFERENCE')[]

describe('Usage by API key, and its cost', () => {
  let server: TestServer
  let service: EntitlementService
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:20:00Z', env: { CATALOG: 'ai-platform' } })
    service = await entitlementService(server)
  })
  afterAll(() => server.close())

  const rollUp = () => aggregateAll(server.app.context)
  const read = async (account: string, metric: 'USAGE' | 'USAGE_COST', groupBy: Groups = [], more: object = {}) =>
    (
      await usageFigures(server, service.key, {
        account,
        metrics: [metric],
        features: ['ai_credits'],
        groupBy,
        ...more,
      })
    ).map(({ groups, currency, total, points }: FigureSeries) => ({
      by: groupBy.map((group) => groups[group] ?? null),
      currency,
      total,
      points: points.map(({ value }) => value),
    }))

  it('counts for the key that used the units, also when a reservation ends by itself', async () => {
    const account = await newAccount(server)
    await assignTestPlan(server, account, 'pro')
    const first = await entitlementService(server, undefined, account)
    const second = await entitlementService(server, undefined, account)
    const [one, two, all] = [first, second, service].map(({ key }) => `key_${key.split('_')[2]}`)
    await first.consume({ accountId: account, feature: 'ai_credits', amount: 10 })
    await second.consume({ accountId: account, feature: 'ai_credits', amount: 20 })
    await service.consume({ accountId: account, feature: 'ai_credits', amount: 40 })
    await second.reserve({
      accountId: account,
      feature: 'ai_credits',
      amount: 300,
      expiresInSeconds: 60,
      onExpiry: 'COMMIT',
    })
    await server.advanceTo('2026-03-05T10:00:00Z')
    const expected = [
      [one, 10],
      [two, 320],
      [all, 40],
    ].toSorted(([left], [right]) => String(left).localeCompare(String(right)))
    const byKey = async () => (await read(account, 'USAGE', ['API_KEY'])).map(({ by, total }) => [by[0], total])
    expect(await byKey()).toEqual(expected)
    await rollUp()
    expect(await byKey()).toEqual(expected)
    await expectInvariants(server, ['plans_have_their_subscription'])
  })

  it('labels a key with its name for a caller who sees it', async () => {
    const owner = await server.token('owner-of-keys@example.com')
    const { data } = await server.graphql<{ viewer: { account: { id: string } } }>(
      `{ viewer { account { id } } }`,
      {},
      owner,
    )
    const account = data.viewer.account.id
    const { data: made, errors } = await server.graphql(
      CreateApiKey,
      { input: { accountId: account, name: 'Production', scopes: ['entitlements:write'] }, key: 'create-key-1' },
      await server.token('ops@example.com', { roles: ['admin'] }),
    )
    expect([errors, made.createApiKey]).toEqual([
      undefined,
      expect.objectContaining({ secret: expect.any(String) as string }),
    ])
    const { secret, apiKey } = made.createApiKey as { secret: string; apiKey: { id: string } }
    const consumed = await server.rest('POST', '/api/v1/entitlements/consume', {
      token: secret,
      body: { account_id: account, feature: 'ai_credits', amount: 3, idempotency_key: 'one' },
    })
    expect(consumed.status).toBe(200)
    const { data: labeled } = await server.graphql<{
      account: { usage: { metrics: { nodes: { groups: { value: string; label: string }[] }[] } } }
    }>(
      `query ($account: ID) { account(id: $account) { usage { metrics(metrics: [USAGE], features: ["ai_credits"], groupBy: [API_KEY]) { nodes { groups { value label } } } } } }`,
      { account },
      owner,
    )
    expect(labeled.account.usage.metrics.nodes[0]!.groups[1]).toEqual({ value: apiKey.id, label: 'Production' })
  })

  it('has the cost of units beyond the allowance, less what is returned', async () => {
    const account = await newAccount(server)
    await assignTestPlan(server, account, 'scale')
    await service.consume({ accountId: account, feature: 'ai_credits', amount: 600_000 })
    expect(await read(account, 'USAGE_COST')).toEqual([])
    await service.consume({
      accountId: account,
      feature: 'ai_credits',
      work: workInput({ output_tokens: 1_000_000 }, { model: 'large' }),
    })
    const [before] = await read(account, 'USAGE_COST', ['MODEL'])
    // 1,000,000 tokens at 10 for 1,000, with the rates of the plan: 9,000 credits at 0.40 for 1,000.
    expect(before).toMatchObject({ by: ['large'], total: '3.60', currency: 'USD' })
    const more = await service.consume({ accountId: account, feature: 'ai_credits', amount: 50_000 })
    expect((await read(account, 'USAGE_COST'))[0]!.total).toBe('23.60')
    await rollUp()
    expect((await read(account, 'USAGE_COST'))[0]!.total).toBe('23.60')
    const { data } = await server.graphql(
      AmendUsage,
      { id: more.id, amount: 25_000, reason: 'A test.', key: 'amend' } as never,
      await server.token('ops@example.com', { roles: ['admin'] }),
    )
    expect((data as { amendUsage: { __typename?: string; code?: string } }).amendUsage).not.toHaveProperty('code')
    expect((await read(account, 'USAGE_COST'))[0]!.total).toBe('13.60')
    await rollUp()
    expect((await read(account, 'USAGE_COST', ['MODEL'])).map(({ by, total }) => [by[0], total])).toEqual([
      [null, '10.00'],
      ['large', '3.60'],
    ])
    const { body, headers, status } = await server.rest(
      'GET',
      `/api/v1/analytics/usage.csv?account_id=${account}&group_by=model&by=month&from=2026-03-05`,
      { token: service.key },
    )
    expect([status, headers.get('content-disposition')]).toEqual([200, 'attachment; filename="usage.csv"'])
    const lines = String(body).trim().split('\n')
    expect(lines[0]).toBe('feature,model,from,to,used,cost,currency')
    expect(lines.slice(1).map((line) => line.replace(/2026-[^,]+/g, 'T'))).toEqual([
      'ai_credits,,T,T,625000,,',
      'ai_credits,large,T,T,9000,,',
      'ai_credits,,T,T,,10.00,USD',
      'ai_credits,large,T,T,,3.60,USD',
    ])
    const refused = await server.rest('GET', `/api/v1/analytics/usage.csv?account_id=${account}&group_by=plan`, {
      token: service.key,
    })
    expect([refused.status, (refused.body as unknown as { code: string }).code]).toEqual([422, 'METRIC_NOT_SUPPORTED'])
  })

  it('equals the ledger for any range and group, before, between and after sums (seed 11)', async () => {
    const random = createSeededRandom(11)
    const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random.next() * items.length)]!
    const account = await newAccount(server)
    await assignTestPlan(server, account, 'scale')
    const keys = await Promise.all(Array.from({ length: 3 }, () => entitlementService(server, undefined, account)))
    const now = () => server.app.context.clock.now().getTime()
    for (let index = 0; index < 60; index++) {
      const at = new Date(now() - Math.floor(random.next() * 20 * DAY_MS)).toISOString()
      const event = {
        accountId: account,
        feature: 'ai_credits',
        key: `fact-${index}`,
        at,
        work: workInput(
          { output_tokens: 1 + Math.floor(random.next() * 9_000_000) },
          { model: pick(['small', 'large']), region: pick(['us', 'eu']) },
        ),
      }
      const { data } = await server.graphql<{ recordUsage: { acceptedCount: number } }>(
        `mutation ($events: [UsageEventInput!]!) { recordUsage(events: $events) { acceptedCount } }`,
        { events: [event] },
        pick(keys).key,
      )
      expect(data.recordUsage.acceptedCount).toBe(1)
      if (index % 13 === 5) await rollUp()
      // Whole months lie within the ranges below.
      if (index % 20 === 19) await server.advanceTo(new Date(now() + 35 * DAY_MS).toISOString())
    }
    const COLUMNS: Record<string, string> = {
      API_KEY: 'api_key_id',
      MODEL: `price->'dimensions'->>'model'`,
      REFERENCE: 'reference',
      MEMBER: 'null::text',
    }
    const raw = (groupBy: Groups, from: string, to: string) =>
      server.query<{ by: (string | null)[]; total: string }>(
        `select array[${groupBy.map((group) => COLUMNS[group]).join(', ')}]::text[] as by, sum(operation_total)::text as total
         from ledger_entry where account_id = $1 and feature = 'ai_credits' and kind = 'CONSUME' and entry_no = 0 and at >= $2 and at < $3
         group by 1 order by 1`,
        [account, from, to],
      )
    const sorted = (rows: readonly { by: readonly (string | null)[]; total: unknown }[]) =>
      rows.map(({ by, total }) => `${by.join(' ')} ${String(total)}`).toSorted()
    const groupings: readonly Groups[] = [
      ['API_KEY'],
      ['MODEL'],
      ['API_KEY', 'MODEL'],
      ['REFERENCE', 'API_KEY'],
      ['MEMBER'],
    ]
    for (let attempt = 0; attempt < 12; attempt++) {
      const moments = [0, 1]
        .map(() => new Date(now() - Math.floor(random.next() * 130 * DAY_MS)).toISOString())
        .toSorted()
      const [from, to] = attempt % 3 === 0 ? [moments[0]!, new Date(now()).toISOString()] : moments
      const groupBy = groupings[attempt % groupings.length]!
      const isShort = Date.parse(to!) - Date.parse(from!) < 40 * DAY_MS
      for (const interval of ['DAY', 'MONTH', 'RANGE', ...(isShort ? ['HOUR'] : [])]) {
        const found = await read(account, 'USAGE', groupBy, { interval, from, to })
        expect([groupBy, interval, sorted(found)]).toEqual([groupBy, interval, sorted(await raw(groupBy, from!, to!))])
        for (const { points, total } of found)
          expect(points.reduce((sum: number, value) => sum + (value as number), 0)).toBe(total)
      }
      if (attempt === 6) await rollUp()
    }
    await expectInvariants(server, ['plans_have_their_subscription'])
  })

  it('states a sum that differs from the ledger as a broken invariant', async () => {
    const [row] = await server.query<{ accountId: string }>(
      `update usage_rollup set used = used + 1 where ctid = (select ctid from usage_rollup limit 1) returning account_id as "accountId"`,
    )
    await expect(expectInvariants(server, ['plans_have_their_subscription'])).rejects.toThrow(/ledger_sums_to_rollup/)
    await server.query(`delete from analytics_checkpoint where account_id = $1`, [row!.accountId])
    await rollUp()
    await expectInvariants(server, ['plans_have_their_subscription'])
  })
})
