import { allDeclared } from '#modules/all-declarations.js'
import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { CatalogDiff } from '@stackgate/client/documents'
import { untilCounted, untilDelivered, untilQuiet } from '#test/support/money-runs.js'
import { reconcile, withoutReconciliation } from '#test/support/reconciliation-runs.js'
import { SAMPLE, sampleOf } from '#test/support/sample.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { agreeAndClose, buyEverything, returnUpgrade, scheduleChange, worldCatalog } from '#test/support/money-world.js'
import { previousRelease } from '#test/support/previous-release.js'
import { EXCUSED, OTHER, OTHER_TABLES, PARTS, TABLES } from '#test/support/money-columns.js'

interface Column {
  readonly table: string
  readonly column: string
  readonly type: string
}

/** Columns that the migrations of this release add. They are in each run. */
const NEW_COLUMNS: ReadonlySet<string> = new Set(
  globSync('migrations/2*.ts')
    .filter((path) => basename(path, '.ts') > previousRelease.lastMigration)
    .flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/alter table "(\w+)" add column "(\w+)"/g)])
    .map(([, table, column]) => `${table}.${column}`),
)

const START = '2026-03-05T09:00:00Z'

describe('Differences planted in the database', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ start: START, env: { CATALOG: worldCatalog(), VENDOR_PAYOUTS: 'stripe' } })
    await withoutReconciliation(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    await populate()
  })
  afterAll(() => server.close())

  async function populate(): Promise<void> {
    await buyEverything(server, operator)
    await server.advanceTo('2026-04-06T01:00:00Z')
    await scheduleChange(server)
    await returnUpgrade(server, operator)
    await agreeAndClose(server, operator, '2026-03')
    await eventually(
      () => server.query(`select id from usage_report where state = 'SENT'`),
      (rows) => rows.length === 1,
    )
    await untilDelivered(server)
    await untilQuiet(server)
    await untilCounted(server)
    await eventually(findings, (found) => found.length === 0)
  }

  /** The rule of the last run of reconciliation is left out, because it remembers the difference before. */
  const broken = async (): Promise<string[]> => {
    const { database, catalog } = server.app.context
    return (await allDeclared.invariants.check(database, catalog.current())).flatMap(({ ok, name }) =>
      ok || name === 'money_matches_provider' ? [] : [name],
    )
  }
  /** Findings of the invariants or, if none is broken, of the comparisons with the provider. */
  async function findings(): Promise<string[]> {
    const rules = await broken()
    if (rules.length > 0) return rules
    const { drift, error } = await reconcile(server, operator, false, START)
    if (error) return [error]
    return drift.length > 0 ? drift.map(({ kind }) => kind) : offers()
  }
  /** Differences between the catalog and what the provider sells. */
  async function offers(): Promise<string[]> {
    const { data } = await server.graphql(CatalogDiff, { provider: 'STRIPE' }, operator)
    return data.catalogDiff!.map(({ kind }) => kind)
  }
  const columns = (tables = TABLES) =>
    server.query<Column>(
      `select table_name as table, column_name as column, data_type as type from information_schema.columns
       where table_schema = current_schema() and table_name = any($1) order by 1, 2`,
      [tables],
    )

  /** Expressions of other values: by type, of the referenced table, of the check constraint, of another row. */
  async function otherValues({ table, column, type }: Column): Promise<string[]> {
    const named = (keys: string, of: string) =>
      `(select array_agg(attname::text order by n) from unnest(${keys}) with ordinality k (num, n)
          join pg_attribute on attrelid = ${of} and attnum = num)`
    const references = await server.query<{ table: string; own: string[]; referenced: string[] }>(
      `select confrelid::regclass::text as table, ${named('conkey', 'conrelid')} as own, ${named('confkey', 'confrelid')} as referenced
       from pg_constraint where contype = 'f' and conrelid = $1::regclass`,
      [table],
    )
    const ofReferences = references
      .filter(({ own }) => own.includes(column))
      .map(({ table: referencedTable, own, referenced }) => {
        const same = own.map((name, index) =>
          name === column
            ? `r.${referenced[index]!} is distinct from ${table}.${name}`
            : `r.${referenced[index]!} = ${table}.${name}`,
        )
        return `(select r.${referenced[own.indexOf(column)]!} from ${referencedTable} r where ${same.join(' and ')} order by 1 limit 1)`
      })
    const literals = await server.query<{ literal: string }>(
      `select distinct literal[1] as literal
       from pg_constraint join pg_attribute on attrelid = conrelid and attnum = any(conkey),
         regexp_matches(pg_get_constraintdef(pg_constraint.oid), $3, 'g') literal
       where contype = 'c' and conrelid = $1::regclass and attname = $2 order by 1`,
      [table, column, `'([A-Za-z_]+)'::text`],
    )
    const ofCheck = type === 'text' ? literals.map(({ literal }) => `'${literal}'`) : []
    const ofRow = `(select o.${column} from ${table} o where o.${column} is distinct from ${table}.${column} order by 1 limit 1)`
    return [OTHER[type]!(column), ...ofReferences, ...ofCheck, ofRow]
  }

  /**
   * Changes a column of each row in turn until a change is found. Returns what found it, '' if nothing did, and 'refused' if the
   * database refuses every change.
   */
  async function plant(one: Column, look = findings): Promise<string> {
    const { table, column, type } = one
    // An invariant of terms concerns the rows that have some.
    const first = look === broken ? `${column} is null, ` : ''
    const rows = await server.query<{ row: string; value: string | null }>(
      `select to_jsonb(${table})::text as row, ${column}::text as value from ${table} order by ${first}1 limit 12`,
    )
    if (rows.length === 0) return ''
    const values = await otherValues(one)
    const where = `where to_jsonb(${table})::text = $1`
    let isPossible = false
    for (const { row, value: before } of rows)
      for (const value of values) {
        const [changed] = await server
          .query<{ row: string }>(
            `update ${table} set ${column} = ${value} ${where} and ${column} is distinct from ${value} returning to_jsonb(${table})::text as row`,
            [row],
          )
          .catch(() => [])
        if (!changed) continue
        isPossible = true
        const found = await look()
        const cast = type === 'ARRAY' ? 'text[]' : type
        await server.query(`update ${table} set ${column} = $2::text::${cast} ${where}`, [changed.row, before])
        expect(await server.query(`select from ${table} ${where}`, [row])).toHaveLength(1)
        if (found.length > 0) return found[0]!
      }
    return isPossible ? '' : 'refused'
  }

  it('concern every table that is not listed with a reason', async () => {
    const tables = await server.query<{ table: string }>(
      `select table_name as table from information_schema.tables where table_schema = current_schema() and table_type = 'BASE TABLE'`,
    )
    expect(tables.map(({ table }) => table).toSorted()).toEqual(
      [...TABLES, ...Object.keys(PARTS), ...Object.values(OTHER_TABLES).flat()].toSorted(),
    )
  })

  const excused = Object.values(EXCUSED).flat()
  const nameOf = ({ table, column }: Column) => `${table}.${column}`

  it(`are each found by an invariant or by a comparison, or excused by a reason (${SAMPLE})`, async () => {
    const all = await columns()
    expect(excused.filter((name) => !all.some((one) => name === nameOf(one)))).toEqual([])
    expect(all.filter(({ type }) => !(type in OTHER))).toEqual([])
    const compared = all.filter((one) => !excused.includes(nameOf(one)))
    const isNew = (one: Column) => NEW_COLUMNS.has(nameOf(one))
    const planted = [
      ...compared.filter(isNew),
      ...sampleOf(
        compared.filter((one) => !isNew(one)),
        15,
        'planted differences',
      ),
    ]
    const missed: string[] = []
    for (const one of planted) if ((await plant(one)) === '') missed.push(nameOf(one))
    expect(missed).toEqual([])
    expect(await findings()).toEqual([])
  })

  it('are found by an invariant in the agreed terms, in the journal and in the plan of a scheduled change', async () => {
    const all = await columns(Object.keys(PARTS))
    const listed = Object.entries(PARTS).flatMap(([table, { found, others }]) =>
      [...found, ...Object.values(others).flat()].map((column) => `${table}.${column}`),
    )
    expect(listed.toSorted()).toEqual(all.map(nameOf).toSorted())
    const planted = [
      ...all.filter(({ table, column }) => PARTS[table]!.found.includes(column)),
      { table: 'subscription_change', column: 'to_plan_version_id', type: 'text' },
    ]
    const missed: string[] = []
    for (const one of planted) if ((await plant(one, broken)) === '') missed.push(nameOf(one))
    expect(missed).toEqual([])
    expect(await broken()).toEqual([])
  })

  it('in texts of any table stop no invariant', async () => {
    const texts = (await columns([...TABLES, ...Object.keys(PARTS)])).filter(({ type }) => type === 'text')
    const write = ({ table, column }: Column, value: string) =>
      server.query(`update ${table} set ${column} = ${value} where ${column} is not null`).then(
        () => true,
        () => false, // A constraint refuses the value.
      )
    const failed: string[] = []
    for (const one of texts) {
      if (!(await write(one, `${one.column} || 'x'`))) continue
      await broken().catch((error: Error) => failed.push(`${nameOf(one)}: ${error.message}`))
      await write(one, `left(${one.column}, -1)`)
    }
    expect(failed).toEqual([])
    expect(await broken()).toEqual([])
  })

  it('are found in the version of the plan of a scheduled change', async () => {
    const write = (version: string) =>
      server.query(
        `update subscription_change c set to_plan_version_id = $1 where status = 'SCHEDULED' and kind = 'PLAN'
         returning (select o.to_plan_version_id from subscription_change o where o.id = c.id and o.account_id = c.account_id) as before`,
        [version],
      )
    await server.query(
      `insert into plan_version (id, plan_id, version, fingerprint, terms, created_at)
       select 'plv_older', v.plan_id, 0, 'older', v.terms, now() - interval '1 year' from plan_version v
         join subscription_change c on c.to_plan_version_id = v.id where c.status = 'SCHEDULED' and c.kind = 'PLAN' limit 1`,
    )
    const [{ before }] = (await write('plv_older')) as [{ before: string }]
    // The later version was on sale before the change was recorded.
    const age = (sign: '+' | '-') =>
      server.query(`update plan_version set created_at = created_at ${sign} interval '1 hour' where id = $1`, [before])
    await age('-')
    expect(await broken()).toContain('open_changes_have_their_price')
    await age('+')
    await write(before)
    await server.query(`delete from plan_version where id = 'plv_older'`)
    expect(await broken()).toEqual([])
  })

  it('are found in the price of each scheduled change', async () => {
    const changes = await server.query<{ id: string; price: string; others: readonly string[] }>(
      `select c.id, c.to_price_id as price, array(
         select r.id from price r join price f on f.id = c.to_price_id where r.id <> f.id and r.currency = f.currency order by r.id
       ) as others
       from subscription_change c where c.status = 'SCHEDULED' and c.kind = 'PLAN'`,
    )
    expect(changes).toHaveLength(1)
    for (const { id, price, others } of changes) {
      const write = (value: string) =>
        server.query(`update subscription_change set to_price_id = $2 where id = $1`, [id, value])
      const missed: string[] = []
      for (const other of others) {
        await write(other)
        if ((await findings()).length === 0) missed.push(other)
      }
      await write(price)
      expect(missed).toEqual([])
    }
    expect(await findings()).toEqual([])
  })

  it('are found in the mark of each payment of a running period', async () => {
    const payments = await server.query<{ id: string; reverted: boolean; refunded: number }>(
      `select p.id, p.reverted, p.refunded_minor::int as refunded from purchase p
         join billing_subscription s on s.account_id = p.account_id and s.provider = p.provider and s.external_id = p.subscription_id
       where s.status in ('TRIALING', 'ACTIVE') and s.suspended_at is null and p.expires_at >= s.current_period_end order by p.reverted, p.id`,
    )
    const returned = payments.filter(({ refunded }) => refunded > 0)
    expect(returned.map(({ reverted }) => reverted)).toEqual([false, true])
    const missed: string[] = []
    for (const { id, reverted } of payments) {
      const write = (value: boolean) => server.query(`update purchase set reverted = $2 where id = $1`, [id, value])
      await write(!reverted)
      if (!(await broken()).includes('reverted_payments_were_returned')) missed.push(id)
      await write(reverted)
    }
    expect(missed).toEqual([])
    expect(await findings()).toEqual([])
  })

  it(`are not found in the columns that are excused by a reason (${SAMPLE})`, async () => {
    const planted = sampleOf(
      (await columns()).filter((one) => excused.includes(nameOf(one))),
      3,
      'excused columns',
    )
    const found: string[] = []
    for (const one of planted) {
      const by = await plant(one)
      if (by !== '') found.push(`${nameOf(one)}: ${by}`)
    }
    expect(found).toEqual([])
  })
})
