import { randomUUID } from 'node:crypto'
import { checkInvariants } from '#services/ops/invariants/invariants.js'
import { Buyer } from '#test/support/buyer.js'
import { entitlementService } from '#test/support/entitlements.js'
import { untilCounted, untilDelivered, untilQuiet } from '#test/support/money-runs.js'
import { reconcile, withoutReconciliation } from '#test/support/reconciliation-runs.js'
import { SAMPLE, sampleOf } from '#test/support/sample.js'
import { change, subscribe } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { Spender } from '#test/support/top-ups.js'
import { EXCUSED, OTHER_TABLES, TABLES } from '#test/support/money-columns.js'

interface Column {
  readonly table: string
  readonly column: string
  readonly type: string
}

/** Another value of a column, by its type. */
const OTHER: Readonly<Record<string, (column: string) => string>> = {
  bigint: (column) => `${column} + 1000`,
  integer: (column) => `${column} + 7`,
  date: (column) => `${column} + 31`,
  boolean: (column) => `not ${column}`,
  'timestamp with time zone': (column) => `coalesce(${column}, now()) + interval '6 months'`,
  jsonb: () => `'[]'::jsonb`,
  text: (column) => `coalesce(${column}, '') || 'x'`,
  ARRAY: (column) => `array_append(${column}, 'x')`,
}

describe('Differences planted in the database', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    await withoutReconciliation(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    await populate()
  })
  afterAll(() => server.close())

  /** A plan with overage that was invoiced, a downgrade with credit, packs, a top-up, a refund, a dispute, a scheduled change. */
  async function populate(): Promise<void> {
    const service = await entitlementService(server)
    const overage = await Buyer.named(server, 'overage@example.com')
    await overage.buy('startSubscription', { plan: 'scale' })
    const { data } = await server.graphql<{ account: { id: string } }>('{ account { id } }', {}, overage.token)
    for (const amount of [600_000, 51_250])
      await service.consume({ accountId: data.account.id, feature: 'ai_credits', amount })
    const spender = await Spender.subscribed(server, service.key)
    await spender.set()
    await spender.use(43_000)
    await spender.topUpsWhen(({ topUps }) => topUps[0]?.status === 'PAID')
    const credited = await subscribe(server, 'credited@example.com', { plan: 'scale' })
    await change(server, credited, 'changePlan', { plan: 'pro', at: 'NOW' })
    const scheduled = await subscribe(server, 'scheduled@example.com', { plan: 'scale' })
    await change(server, scheduled, 'changePlan', { plan: 'pro' })
    const packs = await Buyer.named(server, 'packs@example.com')
    for (const quantity of [1, 2]) await packs.buy('purchasePackage', { package: 'credits_10k', quantity })
    const [first, second] = (await packs.account()).purchases.nodes
    await server.graphql(
      `mutation ($input: RefundPurchaseInput!) { refundPurchase(input: $input) { __typename } }`,
      {
        input: {
          purchaseId: first!.id,
          amount: { amountMinor: 100, currency: 'USD' },
          reason: 'asked',
          idempotencyKey: randomUUID(),
        },
      },
      operator,
    )
    await packs.dispute(second!.id, 'needs_response')
    await server.advanceTo('2026-04-06T01:00:00Z')
    await eventually(
      () => server.query(`select id from usage_report where state = 'SENT'`),
      (rows) => rows.length === 1,
    )
    await untilDelivered(server)
    await untilQuiet(server)
    await untilCounted(server)
    await eventually(findings, (found) => found.length === 0)
  }

  const broken = async (): Promise<string[]> => {
    const { database, catalog } = server.app.context
    return (await checkInvariants(database, catalog.current())).flatMap(({ ok, name }) => (ok ? [] : [name]))
  }
  /** Findings of the invariants or, if none is broken, of a comparison with the provider. */
  async function findings(): Promise<string[]> {
    const rules = await broken()
    if (rules.length > 0) return rules
    const { drift, error } = await reconcile(server, operator)
    return error ? [error] : drift.map(({ kind }) => kind)
  }
  const columns = () =>
    server.query<Column>(
      `select table_name as table, column_name as column, data_type as type from information_schema.columns
       where table_schema = current_schema() and table_name = any($1) order by 1, 2`,
      [Object.keys(TABLES)],
    )

  /** Changes a column of each row in turn until one change is found. Returns what found it, or null if no change is possible. */
  async function plant({ table, column, type }: Column): Promise<string | null> {
    const key = TABLES[table]!
    const rows = await server.query<{ key: string }>(`select (${key})::text as key from ${table} order by 1 limit 12`)
    let isPossible = false
    for (const row of rows) {
      const where = `where (${key})::text = $1`
      const [before] = await server.query<{ value: unknown }>(
        `select ${column}::text as value from ${table} ${where}`,
        [row.key],
      )
      const isChanged = await server
        .query<{ key: string }>(
          `update ${table} set ${column} = ${OTHER[type]!(column)} ${where} returning (${key})::text as key`,
          [row.key],
        )
        .catch(() => [])
      if (isChanged.length === 0) continue
      isPossible = true
      const found = await findings()
      const cast = type === 'ARRAY' ? 'text[]' : type
      await server.query(`update ${table} set ${column} = $2::text::${cast} where (${key})::text = $1`, [
        isChanged[0]!.key,
        before!.value,
      ])
      if (found.length > 0) return found[0]!
    }
    return isPossible ? '' : null
  }

  it('concern every table that is not listed with a reason', async () => {
    const tables = await server.query<{ table: string }>(
      `select table_name as table from information_schema.tables where table_schema = current_schema() and table_type = 'BASE TABLE'`,
    )
    expect(tables.map(({ table }) => table).toSorted()).toEqual(
      [...Object.keys(TABLES), ...Object.values(OTHER_TABLES).flat()].toSorted(),
    )
  })

  it(`are each found by an invariant or by a comparison, or excused by a reason (${SAMPLE})`, async () => {
    const all = await columns()
    expect(Object.keys(EXCUSED).filter((name) => !all.some((one) => name === `${one.table}.${one.column}`))).toEqual([])
    const planted = sampleOf(
      all.filter(({ table, column }) => !(`${table}.${column}` in EXCUSED)),
      20,
      'planted differences',
    )
    const missed: string[] = []
    expect(all.filter(({ type }) => !(type in OTHER))).toEqual([])
    for (const one of planted) if ((await plant(one)) === '') missed.push(`${one.table}.${one.column}`)
    expect(missed).toEqual([])
    expect(await findings()).toEqual([])
  })
})
