import { statement } from '#services/kernel/database/statement.js'
import { openTestDatabase, type OpenedDatabase } from '#test/support/open-database.js'
import { execute } from '#test/support/plain-sql.js'

const readAll = statement<{ kind: string }, { id: string }>(`select * from account where kind = :kind`)
const update = statement<{ kind: string }, { id: string }>(
  `update account set name = name where kind = :kind returning *`,
)
const KIND = { kind: 'TEAM' }

// A process of the previous release: the next one adds a column that it does not know.
describe('A column that a newer release adds', () => {
  let opened: OpenedDatabase
  beforeAll(async () => {
    opened = await openTestDatabase(3)
  })
  afterAll(() => opened.close())

  it('fails no statement that returns all columns, in a transaction or without one', async () => {
    const { database } = opened
    await execute(
      database,
      `insert into account (id, kind, external_id, name, version) values ('acc_column', 'TEAM', 'column', 'Column', 0)`,
    )
    const both = () =>
      database.transaction(async (transaction) => [
        ...(await transaction.rows(readAll, KIND)),
        ...(await transaction.rows(update, KIND)),
      ])
    // Every session of the pool prepares both.
    const all = () => Promise.all([both(), both(), both(), database.rows(readAll, KIND), database.rows(update, KIND)])
    const before = await all()
    await execute(database, `alter table account add column next_note text null`)
    const after = await all()
    expect(after.map((rows) => rows.length)).toEqual([2, 2, 2, 1, 1])
    expect(after.flat().every((row) => 'nextNote' in row)).toBe(true)
    expect(before.flat().some((row) => 'nextNote' in row)).toBe(false)
    await execute(database, `alter table account drop column next_note`)
    expect((await all()).map((rows) => rows.length)).toEqual([2, 2, 2, 1, 1])
  })
})
