import { entitlementService, newAccount, type EntitlementService } from '#test/support/entitlements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('recordUsage', () => {
  let server: TestServer
  let service: EntitlementService
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-10T10:00:00Z', env: { CATALOG: 'agileforge' } })
    service = await entitlementService(server)
  })
  afterAll(() => server.close())

  const record = async (events: object[]) => {
    const { data, errors } = await server.graphql<{ recordUsage: object } | null>(
      `mutation ($events: [UsageEventInput!]!) { recordUsage(events: $events) { acceptedCount duplicateCount rejected { index code } denial { code } } }`,
      { events },
      service.key,
    )
    return data?.recordUsage ?? [errors?.[0]?.extensions.code, errors?.[0]?.message]
  }

  it('records each event once and rejects invalid ones individually', async () => {
    const accountId = await newAccount(server)
    const event = (key: string, changed: object = {}) => ({
      accountId,
      feature: 'ai_stories',
      amount: 2,
      key,
      ...changed,
    })
    const events = [
      event('a'),
      event('b', { at: '2026-03-01T00:00:00.000Z' }),
      event('a'),
      event('future', { at: '2026-03-10T10:05:00.001Z' }),
      event('before', { at: '2026-02-28T23:59:59.999Z' }),
      event('long-before', { at: '2026-02-03T09:59:59.999Z' }),
      event('zero', { amount: 0 }),
      event('unknown', { feature: 'teleport' }),
      event('much', { amount: 26 }),
      event('b', { amount: 3 }),
      event('a key', {}),
    ]
    expect(await record(events)).toEqual({
      acceptedCount: 4,
      duplicateCount: 1,
      rejected: [
        { index: 3, code: 'INVALID_PARAMETERS' },
        { index: 5, code: 'INVALID_PARAMETERS' },
        { index: 6, code: 'INVALID_AMOUNT' },
        { index: 7, code: 'NOT_FOUND' },
        { index: 9, code: 'IDEMPOTENCY_MISMATCH' },
        { index: 10, code: 'INVALID_PARAMETERS' },
      ],
    })
    expect(await record(events.slice(0, 2))).toEqual({ acceptedCount: 0, duplicateCount: 2, rejected: [] })
    const [sums] = await server.query(
      `select used::int, (select count(*)::int from ledger_entry where account_id = $1) as entries from quota_usage where account_id = $1`,
      [accountId],
    )
    // The allowance of the free plan has 25 units; the rest of 'much' is debt, with an entry of its own.
    expect(sums).toEqual({ used: 25, entries: 5 })
  })

  it('says of repeated events in parallel requests that one is accepted and all others were known', async () => {
    const accountId = await newAccount(server)
    const events = Array.from({ length: 12 }, (_, index) => ({
      accountId,
      feature: 'ai_stories',
      amount: 1,
      key: `parallel-${index % 6}`,
    }))
    const answers = (await Promise.all(Array.from({ length: 10 }, () => record(events)))) as {
      acceptedCount: number
      duplicateCount: number
    }[]
    const sum = (name: 'acceptedCount' | 'duplicateCount') => answers.reduce((total, answer) => total + answer[name], 0)
    expect([sum('acceptedCount'), sum('duplicateCount')]).toEqual([6, 114])
  })

  it('counts a time that clocks explain as now', async () => {
    const accountId = await newAccount(server)
    const skews = [1, 1_000, 299_999, 300_000]
    const events = skews.map((skew, index) => ({
      accountId,
      feature: 'ai_stories',
      amount: 1,
      key: `skew-${index}`,
      at: new Date(Date.parse('2026-03-10T10:00:00Z') + skew).toISOString(),
    }))
    expect(await record(events)).toEqual({ acceptedCount: skews.length, duplicateCount: 0, rejected: [] })
    const [latest] = await server.query<{ latest: Date }>(
      `select max(at) as latest from ledger_entry where account_id = $1`,
      [accountId],
    )
    expect(latest!.latest.toISOString()).toBe('2026-03-10T10:00:00.000Z')
  })

  it('rejects an event of a missing account alone, and the call if the account of no event can be used', async () => {
    const accountId = await newAccount(server)
    const event = { accountId, feature: 'ai_stories', amount: 1, key: 'x' }
    const unknown = { ...event, accountId: 'person:nobody' }
    expect(await record([event, unknown])).toEqual({
      acceptedCount: 1,
      duplicateCount: 0,
      rejected: [{ index: 1, code: 'NOT_FOUND' }],
    })
    expect(await record([unknown])).toEqual(['NOT_FOUND', 'Account not found.'])
  })

  it('records a thousand events of fifty accounts in a few statements', async () => {
    const accounts = await Promise.all(Array.from({ length: 50 }, () => newAccount(server)))
    const events = Array.from({ length: 1000 }, (_, index) => ({
      accountId: accounts[index % 50],
      feature: 'ai_stories',
      amount: 1,
      key: `many-${index}`,
    }))
    expect(await record(events)).toEqual({ acceptedCount: 1000, duplicateCount: 0, rejected: [] })
    const [sums] = await server.query(`select sum(used)::int as used from quota_usage where account_id = any($1)`, [
      accounts,
    ])
    expect(sums).toEqual({ used: 1000 })
    expect(await record([...events, events[0]!])).toEqual({ code: 'INVALID_PARAMETERS' })
  })
})
