import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MikroORM } from '@mikro-orm/postgresql'
import pg from 'pg'
import { allEntities } from '#modules/all-declarations.js'
import { allMigrations } from '#migrations/all-migrations.js'
import { dumpSchema, unsupportedObjects } from '#services/kernel/database/schema-dump.js'
import { createSql } from '#services/kernel/database/sql.js'
import { previousRelease } from '../support/previous-release.js'
import { openTestDatabase, type OpenedDatabase } from '../support/open-database.js'
import { execute, query } from '#test/support/plain-sql.js'
import { foreignKeysWithAccount } from '../support/account-keys.js'
import { createSources } from '#services/kernel/context/sources.js'

/** Tables without an `account_id`, with the reason why no account owns the rows, or the path to the owner. */
const GLOBAL: Record<string, string> = {
  account: 'the owner itself',
  app_user: 'a person, who may be a member of several accounts',
  installation: 'what this database was set up for; one row',
  business_clock: "the sandbox's time; one row",
  migration: 'what was applied to this database',
  product: 'the catalog is the same for everybody',
  price: 'catalog',
  plan: 'catalog',
  plan_version: 'catalog',
  plan_migration: 'a migration of all subscribers of a plan',
  usage_comparison: 'a comparison of any accounts, owned through its accounts',
  usage_batch: 'past usage of any accounts, owned through its lines',
  package: 'catalog',
  package_version: 'catalog',
  catalog_version: 'a text of the catalog, the same for everybody',
  price_feed: 'a public price list of a rate card, the same for everybody',
  price_list: 'changes of the prices of a rate card, the same for everybody',
  unlisted_value: 'a value that a rate card does not list, the same for everybody',
  provider_price: 'what the provider calls a price of the catalog',
  rate_limit_counter: 'owned through its key; gone after minutes',
  category: 'marketplace, the same for everybody',
  template: 'marketplace, the same for everybody',
  policy: 'what a role may do, on the whole installation',
  template_source: 'marketplace, see template',
  template_sync_message: 'what the User Service is told of a template',
  template_version: 'marketplace: owned through its template',
  template_review: 'marketplace: owned through its template',
  inbox_event: 'stored before it is believed: whose it is, only the fetched object says',
  inbox_object: "a provider's object with open events, see inbox_event",
  sales_daily: 'numbers of the whole business',
  usage_daily: 'numbers of the whole business',
  credit_daily: 'numbers of the whole business',
  reconciliation_run: 'a comparison with a provider, of the whole installation',
  accepted_drift: 'differences with a provider that an operator accepted',
  reconciliation_schedule: 'when the schedule last compared, for all processes',
  invariant_round: 'checks of the rules of the whole installation; one row',
  journal_period: 'a closed month of the whole business',
  journal_posting: 'the journal of the whole business, which outlasts its accounts',
  ledger_root: 'a signed root over the chains of all accounts',
  ledger_root_block: 'a part of a root, see ledger_root',
  signing_key: 'signs for the whole installation',
  reconciliation_report: 'the comparisons of a day, of the whole installation',
  stored_secret: 'stored for the subject that its path names; only the server itself reads it',
}

/** Account columns that may be empty, with what an empty one means. */
const SOMETIMES_GLOBAL: Record<string, string> = {
  agent_notification: 'a notice to the agents of a template, or to all',
  broker_message: 'of a deployment that is gone',
  audit_entry: 'something that concerns no account, as a knock of an unknown agent',
  scheduled_job: 'a time of the installation itself',
  operator_event: 'an event of the installation itself',
  outbox_event: 'an event of the installation itself',
  service_key: 'a key for all accounts',
  webhook_delivery: 'an event of the installation itself',
  webhook_endpoint: 'an endpoint for the events of all accounts',
  vendor: "a seller of the operator's own",
}

const migrationsFolder = join(process.cwd(), 'migrations')

/** Migrations that break the previous release, which still reads and writes the earlier columns. */
const CONTRACTS =
  /\bdrop\s+(?:table|column|view)\b|\brename\b|\balter\s+column\s+\S+\s+(?:set\s+data\s+)?type\b|\bset\s+not\s+null\b|\badd\s+(?:column\s+)?"?\w+"?\s+(?!constraint)[^,;]*\bnot\s+null\b(?![^,;]*\bdefault\b)/i

/** Migrations after the previous release that contract all the same, each with the release before which nothing uses what goes. */
const LATE_CONTRACTS: Record<string, string> = {}

describe('migrations since the previous release', () => {
  const since = allMigrations.filter(({ name }) => name > previousRelease.lastMigration)

  it('only expand: everything that the previous release uses stays', () => {
    const contracting = since
      .filter(({ name }) => CONTRACTS.test(sqlOf(name)) && !(name in LATE_CONTRACTS))
      .map(({ name }) => name)
    expect(contracting).toEqual([])
    expect(allMigrations.map(({ name }) => name)).toContain(previousRelease.lastMigration)
  })

  it.each([
    ['alter table "account" drop column "name"', true],
    ['drop table "mail_message"', true],
    ['alter table "a" rename column "b" to "c"', true],
    ['alter table "a" alter column "b" set not null', true],
    ['alter table "a" alter column "b" type bigint', true],
    ['alter table "a" add column "b" text not null', true],
    ['alter table "a" add column "b" text not null default \'x\'', false],
    ['alter table "a" add column "b" text null', false],
    ['alter table "a" alter column "b" drop not null', false],
    ['alter table "a" drop constraint "b"', false],
    ['create table "a" ("b" text not null)', false],
  ])('%s: contracts %s', (statement, contracts) => {
    expect(CONTRACTS.test(statement)).toBe(contracts)
  })

  const sqlOf = (name: string): string =>
    [...readFileSync(join(migrationsFolder, `${name}.ts`), 'utf8').matchAll(/addSql\(\s*`([^`]*)`/g)]
      .map(([, statement]) => statement)
      .filter((statement) => !/^\s*create table/i.test(statement!))
      .join(';\n')
})

/** The part of a dump that holds the views. */
const VIEWS = /^-- Views\n[\s\S]*?(?=^-- |\s*$(?![\s\S]))/m

describe('database', () => {
  let opened: OpenedDatabase
  beforeAll(async () => {
    opened = await openTestDatabase()
  })
  afterAll(() => opened.close())

  it('has an owner, or a reason for none, for every table', async () => {
    const tables = await query<{ name: string; owned: boolean; optional: boolean }>(
      opened.database,
      `select tables.table_name as name, owner.column_name is not null as owned, coalesce(owner.is_nullable = 'YES', false) as optional
       from information_schema.tables left join information_schema.columns owner
         on owner.table_schema = tables.table_schema and owner.table_name = tables.table_name and owner.column_name = 'account_id'
       where tables.table_schema = current_schema() and tables.table_type = 'BASE TABLE' order by 1`,
    )
    const named = (kind: (table: (typeof tables)[number]) => boolean) => tables.filter(kind).map(({ name }) => name)
    expect(named(({ owned }) => !owned)).toEqual(Object.keys(GLOBAL).toSorted())
    expect(named(({ optional }) => optional)).toEqual(Object.keys(SOMETIMES_GLOBAL).toSorted())
  })

  it('equals the entities in every statement', async () => {
    const orm = await MikroORM.init({
      clientUrl: opened.url,
      entities: [...allEntities],
      migrations: { tableName: 'migration' },
      // Views are in the migrations and in the dump.
      schemaGenerator: { skipViews: [/./] },
    })
    try {
      const update = await orm.schema.getUpdateSchemaSQL({ wrap: false })
      const drops = (await foreignKeysWithAccount(opened.database)).map(
        ({ table, name }) => `alter table "${table}" drop constraint "${name}";`,
      )
      // The mapper has no foreign keys that share a column with another one, so only the migrations contain them.
      expect(update.split('\n').filter((line) => line !== '' && !drops.includes(line))).toEqual([])
    } finally {
      await orm.close(true)
    }
  })

  it('has migrations with ascending timestamps, in files with their names', () => {
    const names = allMigrations.map(({ name }) => name)
    const files = readdirSync(migrationsFolder).filter((file) => /^\d/.test(file))
    expect(names).toEqual(names.toSorted())
    expect(new Set(names.map((name) => name.slice(0, 13))).size).toBe(names.length)
    expect(names.filter((name) => !/^\d{8}T\d{4}_[a-z]+(_[a-z]+)+$/.test(name))).toEqual([])
    expect(files.toSorted()).toEqual(names.map((name) => `${name}.ts`))
  })

  it('equals its dump after the migrations (npm run db:schema updates it)', async () => {
    const stored = readFileSync(join(migrationsFolder, 'schema.sql'), 'utf8')
    const dump = await dumpSchema(opened.database)
    // PostgreSQL 15 prints the columns of a view with the name of their table.
    const [{ version }] = (await query<{ version: number }>(
      opened.database,
      `select current_setting('server_version_num')::int as version`,
    )) as [{ version: number }]
    const comparable = version >= 160_000 ? (text: string) => text : (text: string) => text.replace(VIEWS, '')
    expect(comparable(stored)).toBe(comparable(dump))
  })

  it('contains nothing that the dump, and thus a backup, would omit', async () => {
    expect(await unsupportedObjects(opened.database)).toEqual([])
    await execute(opened.database, `create function mine() returns int language sql as 'select 1'`)
    expect(await unsupportedObjects(opened.database)).toEqual(['function mine'])
    await execute(opened.database, `drop function mine()`)
  })

  it('is restored from its dump', async () => {
    const dump = await dumpSchema(opened.database)
    const client = new pg.Client({ connectionString: opened.url })
    await client.connect()
    try {
      await client.query('create schema copy')
      await client.query('set search_path to copy')
      await client.query(dump)
      expect(await dumpSchema(createSql(client as never, createSources().newId))).toBe(dump)
    } finally {
      await client.end()
    }
  })
})
