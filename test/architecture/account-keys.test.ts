import { openTestDatabase, type OpenedDatabase } from '../support/open-database.js'
import {
  foreignKeys,
  foreignKeysWithAccount,
  NOT_OWNED,
  ownedTables,
  uniqueIndexesWithoutAccount,
  type AccountKey,
} from '../support/account-keys.js'
import { execute } from '../support/plain-sql.js'

const byName = ({ table, name }: AccountKey) => `${table}.${name}`

/**
 * All rows of an account can be stored on one machine only if each key of their tables contains the account: a machine
 * can check a key only among its own rows.
 */
describe('keys of account-owned tables', () => {
  let opened: OpenedDatabase
  beforeAll(async () => {
    opened = await openTestDatabase()
  })
  afterAll(() => opened.close())

  const withoutAccount = async (): Promise<string[]> => {
    const owned = await ownedTables(opened.database)
    return (await uniqueIndexesWithoutAccount(opened.database)).filter(({ table }) => owned.includes(table)).map(byName)
  }

  it('contain the account in every primary key and unique index', async () => {
    expect((await ownedTables(opened.database)).length).toBeGreaterThan(55)
    expect(await withoutAccount()).toEqual([])
  })

  it('contain the account in every foreign key between them', async () => {
    const owned = await ownedTables(opened.database)
    const complete = (await foreignKeysWithAccount(opened.database)).map(byName)
    const between = (await foreignKeys(opened.database)).filter(
      ({ table, referenced }) => owned.includes(table) && owned.includes(referenced),
    )
    expect(between.length).toBeGreaterThan(20)
    expect(between.map(byName).filter((name) => !complete.includes(name))).toEqual([])
  })

  it('names only existing tables as exceptions', async () => {
    const keys = await uniqueIndexesWithoutAccount(opened.database)
    expect(Object.keys(NOT_OWNED).filter((name) => !keys.some(({ table }) => table === name))).toEqual([])
  })

  it.each([
    ['a primary key', 'create table owned (id text primary key, account_id text not null)', 'owned.owned_pkey'],
    [
      'a unique index with conditions',
      'create table owned (id text, account_id text not null); create unique index once on owned (id) where id is not null',
      'owned.once',
    ],
    [
      'a unique index on an expression',
      `create table owned (id text, account_id text not null); create unique index once on owned (id, lower(account_id))`,
      'owned.once',
    ],
  ])('finds %s without the account', async (_what, statements, found) => {
    for (const statement of statements.split(';')) await execute(opened.database, statement)
    const incomplete = await withoutAccount()
    await execute(opened.database, 'drop table owned')
    expect(incomplete).toEqual([found])
  })
})
