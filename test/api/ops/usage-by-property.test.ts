import { AmendUsage } from '@stackgate/client/documents'
import { aggregateAll } from '#services/entitlements/analytics/start-aggregation.js'
import { usageFigures, type FigureSeries } from '#test/support/analytics.js'
import { assignTestPlan, entitlementService, newAccount, type EntitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { workInput } from '#test/support/rated-catalog.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { batchClient } from '#test/support/usage-batches.js'

const FEATURE = 'ai_credits'
const named = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([name, value]) => ({ name, value }))

describe('Usage by property', () => {
  let server: TestServer
  let service: EntitlementService
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:20:00Z', env: { CATALOG: 'ai-platform' } })
    service = await entitlementService(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(() => server.close())

  const rollUp = () => aggregateAll(server.app.context)
  const read = async (account: string, more: object = {}) =>
    (
      await usageFigures(server, service.key, {
        account,
        metrics: ['USAGE'],
        features: [FEATURE],
        groupBy: ['PROPERTY'],
        property: 'project',
        ...more,
      })
    ).map(({ groups, total }: FigureSeries) => [groups['PROPERTY'] ?? null, total])
  const subscribed = async (plan = 'pro') => {
    const account = await newAccount(server)
    await assignTestPlan(server, account, plan)
    return account
  }
  const use = (account: string, amount: number, properties?: Record<string, string>) =>
    service.consume({
      accountId: account,
      feature: FEATURE,
      amount,
      ...(properties ? { properties: named(properties) } : {}),
    })
  const post = (verb: string, body: object) =>
    server.rest('POST', `/api/v1/entitlements/${verb}`, { token: service.key, body })

  it('counts every way of using units, before and after sums', async () => {
    const account = await subscribed()
    const common = { accountId: account, feature: FEATURE }
    await use(account, 1)
    const consumed = await use(account, 10, { project: 'alpha', environment: 'live' })
    await service.consume({
      ...common,
      work: workInput({ output_tokens: 20_000 }, { model: 'large' }),
      properties: named({ project: 'beta' }),
    })
    const properties = named({ project: 'gamma' })
    const held = await service.reserve({ ...common, amount: 500, properties })
    await service.extend({ id: held.id, estimate: 40 })
    await service.commit({ id: held.id, amount: 30 })
    await service.reserve({ ...common, amount: 7, expiresInSeconds: 60, onExpiry: 'COMMIT', properties })
    const late = await service.reserve({ ...common, amount: 5, expiresInSeconds: 60, properties })
    await server.advanceTo('2026-03-05T09:30:00Z')
    expect(await service.commit({ id: late.id, amount: 4 })).toMatchObject({ late: true })
    const batches = batchClient(server, operator)
    const batch = await batches.with([{ ...common, amount: 8, key: 'line', properties }])
    await batches.close(batch)
    expect(await batches.ended(batch, 'CLOSED')).toMatchObject({ appliedCount: 1 })
    const { data } = await server.graphql<{ recordUsage: { acceptedCount: number } }>(
      `mutation ($events: [UsageEventInput!]!) { recordUsage(events: $events) { acceptedCount } }`,
      { events: [{ ...common, amount: 60_000, key: 'fact', properties: named({ project: 'delta' }) }] },
      service.key,
    )
    expect(data.recordUsage.acceptedCount).toBe(1)
    const rest = await post('consume', {
      account_id: account,
      feature: FEATURE,
      amount: 2,
      properties: { project: 'alpha' },
      idempotency_key: 'rest-1',
    })
    // Nothing is left: what is denied is no use.
    expect(rest.status).toBe(402)
    const expected = [
      [null, 1],
      ['alpha', 10],
      ['beta', 200],
      ['delta', 60_000],
      ['gamma', 30 + 7 + 4 + 8],
    ]
    expect(await read(account)).toEqual(expected)
    await rollUp()
    expect(await read(account)).toEqual(expected)
    expect(await read(account, { property: 'environment' })).toEqual([
      [null, 60_250],
      ['live', 10],
    ])
    await server.graphql(AmendUsage, { id: consumed.id, amount: 4, reason: 'A test.', key: 'amend' } as never, operator)
    expect((await read(account))[1]).toEqual(['alpha', 4])
    await rollUp()
    expect((await read(account))[1]).toEqual(['alpha', 4])
    await expectInvariants(server, ['plans_have_their_subscription'])
  })

  it('has the cost of units beyond the allowance, also as a file', async () => {
    const account = await subscribed('scale')
    await use(account, 600_000, { project: 'alpha' })
    await use(account, 50_000, { project: 'beta' })
    const cost = { metrics: ['USAGE_COST'] }
    expect(await read(account, cost)).toEqual([['beta', '20.00']])
    await rollUp()
    expect(await read(account, cost)).toEqual([['beta', '20.00']])
    const { body } = await server.rest(
      'GET',
      `/api/v1/analytics/usage.csv?account_id=${account}&group_by=property&property=project&by=month&from=2026-03-05`,
      { token: service.key },
    )
    const lines = String(body).trim().split('\n')
    expect([lines[0], ...lines.slice(1).map((line) => line.replace(/2026-[^,]+/g, 'T'))]).toEqual([
      'feature,property,from,to,used,cost,currency',
      'ai_credits,alpha,T,T,600000,,',
      'ai_credits,beta,T,T,50000,,',
      'ai_credits,beta,T,T,,20.00,USD',
    ])
  })

  it('equals the ledger for random uses (seed 5)', async () => {
    const random = createSeededRandom(5)
    const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random.next() * items.length)]!
    const account = await subscribed('scale')
    for (let index = 0; index < 40; index++) {
      const project = pick(['a', 'b', 'Zürich', null])
      const environment = pick(['live', 'test', null])
      await use(account, 1 + Math.floor(random.next() * 900), {
        ...(project ? { project } : {}),
        ...(environment ? { environment } : {}),
      })
      if (index % 11 === 7) await rollUp()
    }
    for (const property of ['project', 'environment']) {
      const stored = await server.query<{ value: string | null; used: number }>(
        `select price->'properties'->>$2 as value, sum(operation_total)::int as used from ledger_entry
         where account_id = $1 and kind = 'CONSUME' and entry_no = 0 group by 1 order by 1 nulls first`,
        [account, property],
      )
      const sorted = (await read(account, { property })).toSorted(([left], [right]) =>
        String(left ?? '') < String(right ?? '') ? -1 : 1,
      )
      expect(sorted).toEqual(
        stored
          .map(({ value, used }) => [value, used])
          .toSorted(([left], [right]) => (String(left ?? '') < String(right ?? '') ? -1 : 1)),
      )
    }
    await expectInvariants(server, ['plans_have_their_subscription'])
  })

  it('is part of the result, and absent from uses without properties', async () => {
    const account = await subscribed()
    const body = { account_id: account, feature: FEATURE, amount: 1 }
    const plain = await post('consume', { ...body, idempotency_key: 'plain' })
    const given = { ...body, properties: { project: 'a', environment: 'b' }, idempotency_key: 'given' }
    const first = await post('consume', given)
    expect([plain.status, 'properties' in plain.body]).toEqual([200, false])
    expect(first.body).toMatchObject({ properties: { project: 'a', environment: 'b' } })
    const again = await post('consume', { ...given, properties: { environment: 'b', project: 'a' } })
    expect([again.status, again.body]).toMatchObject([200, { id: (first.body as unknown as { id: string }).id }])
    const other = await post('consume', { ...given, properties: { project: 'a' } })
    expect([other.status, other.body]).toMatchObject([409, { code: 'IDEMPOTENCY_MISMATCH' }])
    const rows = await server.query<{ key: string; price: unknown }>(
      `select key, price from ledger_entry where account_id = $1 and key in ('plain', 'given') order by key`,
      [account],
    )
    expect(rows.map(({ price }) => price)).toEqual([{ properties: { project: 'a', environment: 'b' } }, null])
  })

  it('refuses names that the feature does not have, and values that cannot be stored', async () => {
    const account = await subscribed()
    const denial = async (properties: { name: string; value: string }[]) =>
      (await service.consume({ accountId: account, feature: FEATURE, amount: 1, properties })) as {
        code?: string
        message?: string
      }
    expect(await denial(named({ team: 'a' }))).toMatchObject({
      code: 'INVALID_PARAMETERS',
      message: "AI credits has no property 'team'. Use project, environment.",
    })
    const twice = await denial([...named({ project: 'a' }), ...named({ project: 'b' })])
    expect(twice).toMatchObject({ code: 'INVALID_PARAMETERS', message: "properties names 'project' twice." })
    for (const value of ['', 'x'.repeat(101), 'a\u0000b', '\ud800'])
      expect(await denial(named({ project: value }))).toMatchObject({ code: 'INVALID_PARAMETERS' })
    expect(await denial(named({ project: 'x'.repeat(100) }))).not.toHaveProperty('code', 'INVALID_PARAMETERS')
    const held = await service.reserve({
      accountId: account,
      feature: FEATURE,
      amount: 1,
      properties: named({ a: 'b' }),
    })
    expect(held).toMatchObject({ code: 'INVALID_PARAMETERS' })
    const { data } = await server.graphql<{ recordUsage: { rejected: { code: string; message: string }[] } }>(
      `mutation ($events: [UsageEventInput!]!) { recordUsage(events: $events) { rejected { code message } } }`,
      { events: [{ accountId: account, feature: FEATURE, amount: 1, key: 'wrong', properties: named({ team: 'a' }) }] },
      service.key,
    )
    expect(data.recordUsage.rejected).toEqual([
      { code: 'INVALID_PARAMETERS', message: "AI credits has no property 'team'. Use project, environment." },
    ])
    await expect(read(account, { property: 'team' })).rejects.toThrow(/METRIC_NOT_SUPPORTED/)
    await expect(read(account, { property: 'team' })).rejects.toThrow(/project.*environment.*model/s)
  })
})
