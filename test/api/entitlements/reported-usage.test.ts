import {
  entitlementService,
  grantTestCredits,
  newAccount,
  type EntitlementService,
} from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

// Replay a failure with SEED=<the printed seed> npm test -- api/entitlements/reported-usage
const SEED = Number(process.env['SEED'] ?? 5101)
const REPORTS = 10_000
const ACCOUNTS = 24
const ALLOWANCE = 25
const NOW = Date.parse('2026-03-10T10:00:00Z')

interface Fact {
  readonly accountId: string
  readonly feature: string
  readonly amount: number
  readonly key: string
  readonly at?: string
}

describe('reported usage', () => {
  let server: TestServer
  let service: EntitlementService
  beforeAll(async () => {
    server = await startTestServer({ start: new Date(NOW).toISOString(), env: { CATALOG: 'agileforge' } })
    service = await entitlementService(server)
  })
  afterAll(() => server.close())

  const record = async (events: readonly Fact[]) => {
    const { data } = await server.graphql<{ recordUsage: { acceptedCount: number; rejected: object[] } }>(
      `mutation ($events: [UsageEventInput!]!) { recordUsage(events: $events) { acceptedCount rejected { index code } } }`,
      { events },
      service.key,
    )
    return data.recordUsage
  }

  it('is all in the ledger, of ten thousand reports, late, repeated and in random order', async () => {
    const random = createSeededRandom(SEED)
    const below = (bound: number) => Math.floor(random.next() * bound)
    const accounts: { id: string; packs: number; units: number }[] = []
    for (let index = 0; index < ACCOUNTS; index++) {
      const id = await newAccount(server)
      const packs = index % 3 === 0 ? 0 : below(2_000) + 1
      if (packs > 0) await grantTestCredits(server, id, 'ai_stories', packs)
      accounts.push({ id, packs, units: 0 })
    }
    const reports = Array.from({ length: REPORTS }, (_, index): Fact => {
      const account = accounts[below(ACCOUNTS)]!
      const amount = below(4) + 1
      account.units += amount
      // Up to the horizon of 35 days, which reaches into two earlier months.
      const at = below(3) === 0 ? {} : { at: new Date(NOW - below(35 * 86_400_000)).toISOString() }
      return { accountId: account.id, feature: 'ai_stories', amount, key: `fact-${index}`, ...at }
    })
    const repeated = reports.filter(() => below(10) === 0)
    const sent = [...reports, ...repeated]
      .map((fact) => ({ fact, order: random.next() }))
      .toSorted((left, right) => left.order - right.order)
      .map(({ fact }) => fact)
    const lists = Array.from({ length: Math.ceil(sent.length / 500) }, (_, index) =>
      sent.slice(index * 500, index * 500 + 500),
    )
    const results = await Promise.all(lists.map(record))
    expect(results.flatMap(({ rejected }) => rejected)).toEqual([])
    expect(results.reduce((sum, { acceptedCount }) => sum + acceptedCount, 0)).toBe(REPORTS)

    const sums = await server.query<{ id: string; allowance: number; packs: number; debt: number }>(
      `select account_id as id, coalesce(-sum(amount) filter (where kind = 'CONSUME' and window_end is not null), 0)::int as allowance,
        coalesce(-sum(amount) filter (where kind = 'CONSUME' and grant_id is not null), 0)::int as packs,
        coalesce(-sum(amount) filter (where kind = 'ADJUST'), 0)::int as debt
       from ledger_entry where account_id = any($1) group by account_id`,
      [accounts.map(({ id }) => id)],
    )
    const found = new Map(sums.map(({ id, ...units }) => [id, units]))
    for (const { id, packs, units } of accounts) {
      const ofPacks = Math.min(packs, Math.max(0, units - ALLOWANCE))
      const allowance = Math.min(units, ALLOWANCE)
      expect([id, found.get(id)]).toEqual([id, { allowance, packs: ofPacks, debt: units - allowance - ofPacks }])
    }
    const operations = await server.query(
      `select count(*)::int as reports, count(distinct key)::int as keys from ledger_entry where mutation = 'recordUsage' and account_id = any($1)`,
      [accounts.map(({ id }) => id)],
    )
    expect(operations).toEqual([{ reports: REPORTS, keys: REPORTS }])
    await expectInvariants(server)
  })

  it('explains its sources, becomes debt that packs repay, and denies only what comes next', async () => {
    const accountId = await newAccount(server)
    await grantTestCredits(server, accountId, 'ai_stories', 10)
    await record([{ accountId, feature: 'ai_stories', amount: 60, key: 'sixty', at: '2026-02-20T00:00:00Z' }])
    const read = async () => {
      const { data } = await server.graphql<{ account: { usage: { consumptions: { nodes: object[] } } } }>(
        `query ($id: ID!) { account(id: $id) { usage { consumptions(first: 5) { nodes { amount debt explain taken { amount source { kind } } } } } } }`,
        { id: accountId },
        service.key,
      )
      return data.account.usage.consumptions.nodes
    }
    const sixty = {
      amount: 60,
      debt: 25,
      explain: [
        '25 come from the plan Starter Team.',
        '10 come from the package.',
        '25 were not available and became debt, which the next grants repay.',
      ],
      taken: [
        { amount: 25, source: { kind: 'PLAN' } },
        { amount: 10, source: { kind: 'PACKAGE' } },
      ],
    }
    expect(await read()).toEqual([sixty])
    expect(await service.consume({ accountId, feature: 'ai_stories' })).toMatchObject({ code: 'QUOTA_EXCEEDED' })
    const [entry] = await server.query(
      `select note, at from ledger_entry where account_id = $1 and key is not null and kind = 'CONSUME'`,
      [accountId],
    )
    expect(entry).toEqual({ note: 'Used on February 20, 2026 at 12:00:00 AM UTC', at: new Date(NOW) })
    await grantTestCredits(server, accountId, 'ai_stories', 40)
    expect((await service.consume({ accountId, feature: 'ai_stories', amount: 15 })).amount).toBe(15)
    expect(await service.consume({ accountId, feature: 'ai_stories' })).toMatchObject({ code: 'QUOTA_EXCEEDED' })
    await expectInvariants(server)
  })
})
