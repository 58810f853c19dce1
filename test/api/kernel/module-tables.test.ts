import { globSync, readFileSync } from 'node:fs'
import pg from 'pg'
import { allModules } from '#modules/all-modules.js'
import { schemaOf } from '#modules/compose.js'
import { installedModules } from '#modules/installed-modules.js'
import { createSources } from '#services/kernel/context/sources.js'
import { openDatabase } from '#services/kernel/database/database.js'
import { migrate } from '#services/kernel/database/migrate.js'
import { dumpSchema } from '#services/kernel/database/schema-dump.js'
import { statementOver, type Statement } from '#services/kernel/database/statement.js'
import { closedSets, DOMAINS } from '#test/support/closed-sets.js'
import { describeStatement } from '#test/support/describe-statement.js'
import { makeEmptyDatabase } from '#test/support/empty-database.js'

/** Sets of modules that differ in their tables. */
const SETS = closedSets().filter((names) => !names.includes('stripe') && !names.includes('paypal'))

/** Files that name a table of a module that may be absent, with the reason why they do not read it then. */
const GUARDED: Readonly<Record<string, string>> = {
  'src/services/ops/dead-letters/drop-dead-letter.ts usage_report': 'a dead letter of an absent queue is not found',
  'src/services/ops/dead-letters/retry-dead-letter.ts usage_report': 'a dead letter of an absent queue is not found',
  'src/services/billing/reconciliation/money/load-our-money.ts vendor_payout':
    'transfers are compared with the marketplace only',
}

/** Statements for a filter that `billing` adds to the schema. */
const UNREACHABLE = new Set(['countOfStatuses', 'listNewestOfStatuses', 'listOfStatusesByName'])

const domainsOf = (names: readonly string[]): string[] => names.flatMap((name) => DOMAINS[name] ?? [name])

/** Tables of a module and of those that it requires. */
const readable = new Map(
  allModules.map(({ name, requires }) => [
    name,
    schemaOf(allModules.filter((one) => one.name === name || requires.includes(one.name))).tables,
  ]),
)

describe('Tables of modules', () => {
  it.each(SETS.map((names) => [names.join(), names]))(
    'are those that the modules declare, and become those of all when the others are added: %s',
    async (_, names) => {
      const empty = await makeEmptyDatabase()
      const sources = createSources()
      const { tables, ...schema } = schemaOf(await installedModules(names))
      const database = await openDatabase({ ...sources, ...schema, tables, url: empty.url, poolSize: 2 })
      const whole = await openDatabase({ ...sources, ...schemaOf(allModules), url: empty.url, poolSize: 2 })
      const client = new pg.Client({ connectionString: empty.url })
      await client.connect()
      try {
        await migrate(database)
        const stored = await empty.query<{ name: string }>(
          `select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'migration'`,
        )
        expect(stored.map(({ name }) => name).toSorted()).toEqual([...tables].toSorted())

        const unprepared: string[] = []
        for (const domain of domainsOf(names))
          for (const file of globSync(`${process.cwd()}/src/{services,context,resolvers,rest}/${domain}/**/*.sql.ts`)) {
            const exported = Object.entries((await import(file)) as Record<string, unknown>)
            // A text runs at the start of a session.
            for (const [, text] of exported) if (typeof text === 'string') await client.query(text)
            for (const [name, given] of exported) {
              if (typeof given !== 'object' || UNREACHABLE.has(name)) continue
              const { text } = statementOver(given as Statement<never, unknown>, tables)
              await describeStatement(client, text).catch((error: Error) =>
                unprepared.push(`${name}: ${error.message}`),
              )
            }
          }
        expect(unprepared).toEqual([])

        await migrate(whole)
        expect(await dumpSchema(whole)).toBe(readFileSync('migrations/schema.sql', 'utf8'))
      } finally {
        await client.end()
        await database.close()
        await whole.close()
        await empty.drop()
      }
    },
  )

  it('are named by statements of their own and of higher modules alone', () => {
    const places = allModules.flatMap(({ name }) =>
      domainsOf([name]).flatMap((domain) =>
        globSync(`src/{services,context,resolvers,rest}/${domain}/**/*.ts`)
          .filter((path) => !path.endsWith('.sql.ts'))
          .flatMap((path) =>
            [
              ...readFileSync(path, 'utf8').matchAll(
                /(?:\b(?:from|join|into|update) |(?:selectFrom|[a-z]+Join|insertInto|updateTable|deleteFrom)\(\s*\[?['"`])(\w+)/g,
              ),
            ]
              .map(([, table]) => table!)
              .filter((table) => schemaOf(allModules).tables.has(table) && !readable.get(name)!.has(table))
              .map((table) => `${path} ${table}`),
          ),
      ),
    )
    expect([...new Set(places)].toSorted()).toEqual(Object.keys(GUARDED).toSorted())
  })
})
