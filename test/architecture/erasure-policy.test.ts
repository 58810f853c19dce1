import { allDeclared } from '#modules/all-declarations.js'
import { sql } from 'kysely'
import { INDIRECT_TABLES, SECRET_COLUMN } from '#services/ops/account-data/exported-tables.js'
import { openTestDatabase, type OpenedDatabase } from '../support/open-database.js'
import { query } from '#test/support/plain-sql.js'

describe('Erasure policy', () => {
  let opened: OpenedDatabase
  beforeAll(async () => {
    opened = await openTestDatabase()
  })
  afterAll(() => opened.close())

  it('lists every account table', async () => {
    const tables = await query<{ name: string }>(
      opened.database,
      `select table_name as name from information_schema.columns join information_schema.tables using (table_schema, table_name)
       where table_schema = current_schema() and column_name = 'account_id' and table_type = 'BASE TABLE' order by 1`,
    )
    expect(allDeclared.erasure.map(({ table }) => table).toSorted()).toEqual(tables.map(({ name }) => name))
    expect(
      allDeclared.erasure.filter(({ on, anonymize }) => (on === 'anonymize') !== (anonymize !== undefined)),
    ).toEqual([])
  })

  it('names existing tables and columns', async () => {
    const { query } = opened.database
    for (const { anonymize } of allDeclared.erasure) await anonymize?.({ query, announce: () => undefined }, 'acc_none')
    for (const { table, column, findIds } of INDIRECT_TABLES) {
      const rows = query
        .selectFrom(table)
        .select(sql.ref(column).as('id'))
        .where(sql.ref(column), 'in', findIds(query, 'acc_none'))
      expect(await rows.execute()).toEqual([])
    }
  })

  it('exports no secret column', async () => {
    const columns = await query<{ name: string }>(
      opened.database,
      `select distinct column_name as name from information_schema.columns where table_schema = current_schema()
       and (column_name like '%hash%' or column_name like '%seal%' or column_name like '%secret%' or column_name like '%token%' or column_name like '%password%')`,
    )
    const shown = columns.map(({ name }) => name).filter((name) => !SECRET_COLUMN.test(name))
    // The public name of a deployment.
    expect(shown.toSorted()).toEqual(['deployment_hash', 'hash'])
  })
})
