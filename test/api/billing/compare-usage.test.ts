import { randomUUID } from 'node:crypto'
import { entitlementService, newAccount } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { comparisonClient, type ComparisonClient } from '#test/support/usage-comparisons.js'

const FEATURE = 'ai_credits'

describe('compareUsage', () => {
  let server: TestServer
  let operator: ComparisonClient
  let service: ComparisonClient
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    operator = comparisonClient(server, await server.token('op@example.com', { roles: ['admin'] }))
    service = comparisonClient(server, (await entitlementService(server)).key)
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const use = (accountId: string, amount: number, more: object = {}) => ({
    accountId,
    feature: FEATURE,
    amount,
    key: randomUUID(),
    allowed: true,
    ...more,
  })
  const compared = async () => {
    const accountId = await newAccount(server)
    return { accountId, comparison: await operator.start([accountId]) }
  }

  it('decides like consume, charges and sends nothing, and leaves the ledger unchanged', async () => {
    const email = `${randomUUID()}@example.com`
    const accountId = await newAccount(server, email)
    const token = await server.token(email)
    const { data } = await server.graphql<{ result: { code?: string } }>(
      `mutation ($accountId: ID, $alerts: [AlertInput!]!, $feature: String!, $key: String!) { result: setAlerts(accountId: $accountId, alerts: $alerts, feature: $feature, key: $key) { denial { code } } }`,
      {
        accountId,
        feature: FEATURE,
        alerts: [50, 100].map((percent) => ({ basis: 'ALLOWANCE', percent })),
        key: randomUUID(),
      },
      token,
    )
    expect(data.result.code).toBeUndefined()
    const { id } = await operator.start([accountId])
    const before = await traces(accountId)
    const used = [300, 300, 300, 200].map((amount) => use(accountId, amount))
    expect(await service.compare(used)).toEqual({
      acceptedCount: 4,
      duplicateCount: 0,
      differenceCount: 1,
      rejected: [],
    })
    expect(await operator.read(id)).toMatchObject({
      totals: [{ feature: { code: FEATURE }, comparedCount: 4, equalCount: 3, uncoveredUnits: 100 }],
      differences: { nodes: [{ kinds: ['ALLOWED_THERE'], ours: { allowed: false, denialCode: 'QUOTA_EXCEEDED' } }] },
    })
    await server.advanceTo('2026-03-06T09:00:00Z')
    expect(await traces(accountId)).toEqual(before)
    const consumed = await (await entitlementService(server)).consume({ accountId, feature: FEATURE, amount: 1000 })
    expect(consumed).toMatchObject({ __typename: 'Consumption', amount: 1000 })
  })

  /** Rows that a use, a charge or an alert would add. */
  const traces = async (accountId: string) => {
    const counts: Record<string, number> = {}
    for (const table of [
      'ledger_entry',
      'stream_event',
      'alert_crossing',
      'usage_warning',
      'top_up',
      'usage_report',
      'mail_message',
      'webhook_delivery',
    ]) {
      const column = table === 'stream_event' ? 'stream_id' : 'account_id'
      const [row] = await server.query<{ count: string }>(`select count(*) from ${table} where ${column} = $1`, [
        accountId,
      ])
      counts[table] = Number(row!.count)
    }
    return counts
  }

  it('compares a repeated or concurrent use once, and rejects a key with other input', async () => {
    const { accountId, comparison } = await compared()
    const one = use(accountId, 10, { remaining: 990 })
    const answers = await Promise.all(Array.from({ length: 8 }, () => service.compare([one, one])))
    expect(answers.reduce((sum, { acceptedCount }) => sum + acceptedCount, 0)).toBe(1)
    expect(answers.reduce((sum, { duplicateCount }) => sum + duplicateCount, 0)).toBe(15)
    expect(await service.compare([{ ...one, amount: 11 }])).toMatchObject({
      acceptedCount: 0,
      rejected: [{ index: 0, code: 'IDEMPOTENCY_MISMATCH' }],
    })
    // Concurrent calls of different uses count each.
    await Promise.all(Array.from({ length: 10 }, () => service.compare([use(accountId, 99)])))
    const { totals } = await operator.read(comparison.id)
    expect(totals).toMatchObject([
      { feature: { code: FEATURE }, comparedCount: 11, equalCount: 11, uncoveredUnits: 0, units: 0 },
    ])
    expect(await service.compare([use(accountId, 1, { remaining: 0 })])).toMatchObject({ differenceCount: 1 })
  })

  it('rejects uses outside of a comparison, and those that can never be compared', async () => {
    const { accountId } = await compared()
    const other = await newAccount(server)
    expect(
      await service.compare([
        use(other, 1),
        use(accountId, 0),
        use(accountId, 1, { key: 'no key' }),
        use(accountId, 1, { feature: 'nothing' }),
        use(accountId, 1, { at: '2026-03-01T09:00:00Z' }),
        use(accountId, 1, { at: '2027-03-01T09:00:00Z' }),
        use(accountId, 1, { remaining: -1 }),
      ]),
    ).toMatchObject({
      acceptedCount: 0,
      rejected: [
        { index: 0, code: 'INVALID_TRANSITION' },
        { index: 1, code: 'INVALID_AMOUNT' },
        { index: 2, code: 'INVALID_PARAMETERS' },
        { index: 3, code: 'NOT_FOUND' },
        { index: 4, code: 'INVALID_PARAMETERS' },
        { index: 5, code: 'INVALID_PARAMETERS' },
        { index: 6, code: 'INVALID_PARAMETERS' },
      ],
    })
    expect(await service.compare([use(accountId, 1, { key: 'no key' })])).toMatchObject({
      rejected: [{ index: 0, code: 'INVALID_PARAMETERS' }],
    })
    const many = Array.from({ length: 201 }, () => use(accountId, 1))
    expect(await service.compare(many)).toMatchObject({ code: 'INVALID_PARAMETERS' })
  })

  it('hides accounts from keys and users of others', async () => {
    const { accountId } = await compared()
    const key = (await entitlementService(server, ['entitlements:write'], await newAccount(server))).key
    const stranger = await server.token('stranger@example.com')
    expect(await comparisonClient(server, key).compare([use(accountId, 1)])).toEqual({ code: 'NOT_FOUND' })
    expect(await comparisonClient(server, stranger).compare([use(accountId, 1)])).toEqual({ code: 'NOT_FOUND' })
    expect(await comparisonClient(server, key).list()).toEqual({ code: 'FORBIDDEN' })
  })

  it('prices work by the rate card and compares credits', async () => {
    const { accountId, comparison } = await compared()
    const work = {
      quantities: [{ name: 'input_tokens', amount: 20_000 }],
      dimensions: [
        { name: 'model', value: 'small' },
        { name: 'mode', value: 'interactive' },
      ],
    }
    await service.compare([use(accountId, 0, { amount: null, work, units: 999 })])
    const { differences } = await operator.read(comparison.id)
    expect(differences.nodes).toMatchObject([{ kinds: ['UNITS'], theirs: { units: 999 }, ours: { allowed: true } }])
  })
})
