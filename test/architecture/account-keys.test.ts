import { openTestDatabase, type OpenedDatabase } from '../support/open-database.js'
import {
  foreignKeys,
  foreignKeysWithAccount,
  NOT_OWNED,
  ownedTables,
  uniqueIndexesWithoutAccount,
  type AccountKey,
} from '../support/account-keys.js'
import {
  installedCitus,
  nameToCluster,
  storedReferences,
  storedTables,
} from '#services/kernel/database/distribution.sql.js'
import {
  CHANGED_KEYS,
  distributionStatements,
  planDistribution,
  type TablePlace,
} from '#services/kernel/database/plan-distribution.js'
import { distribute } from '#startup/distribute.js'
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

  describe('distribution over machines', () => {
    it('distributes accounts and what they own, copies what these rows name, and leaves the rest', async () => {
      const [tables, references] = [
        await opened.database.rows(storedTables),
        await opened.database.rows(storedReferences),
      ]
      const plan = planDistribution(tables, references)
      expect(plan.obstacles).toEqual([])
      const at = (place: TablePlace) => plan.tables.filter((table) => table.place === place).map(({ name }) => name)
      // Queues are claimed across accounts.
      const owned = (await ownedTables(opened.database)).filter((name) => name !== 'mail_message')
      expect(at('DISTRIBUTED').toSorted()).toEqual(['account', ...owned].toSorted())
      expect(at('REFERENCE')).toEqual(
        expect.arrayContaining(['app_user', 'price', 'plan_version', 'template', 'vendor']),
      )
      expect(at('LOCAL')).toEqual(expect.arrayContaining(['account_directory', 'migration', 'outbox_event']))
      expect(plan.dropped.map(({ tableName, name }) => `${tableName}.${name}`)).toEqual([
        'service_key.service_key_account_id_foreign',
        'vendor.vendor_account_id_foreign',
      ])
      expect(plan.restored.filter(({ definition }) => definition.includes('SET NULL'))).toEqual([])
      const unchanged = new Set(plan.restored.map(({ name, definition }) => `${name} ${definition}`))
      const changed = references.filter(
        (key) =>
          plan.dropped.includes(key) ||
          (plan.restored.some(({ name }) => name === key.name) && !unchanged.has(`${key.name} ${key.definition}`)),
      )
      const byTable = changed.map(({ tableName, name, definition }) => ({ tableName, name, definition }))
      expect(CHANGED_KEYS).toEqual(byTable)
    })

    it('moves a table after the account and after those that it names', () => {
      const table = (name: string, isOwned: boolean) => ({ name, isOwned, keysWithoutAccount: [] })
      const key = (tableName: string, referenced: string) => ({
        tableName,
        name: `${tableName}_key`,
        referenced,
        definition: `foreign key to ${referenced}`,
        hasAccount: true,
      })
      const plan = planDistribution(
        [
          table('bill', true),
          table('account', false),
          table('item', true),
          table('price', false),
          table('queue', false),
        ],
        [key('item', 'bill'), key('bill', 'account'), key('item', 'price'), key('queue', 'account')],
      )
      expect(distributionStatements(plan)).toEqual([
        `set local citus.multi_shard_modify_mode to 'sequential'`,
        'alter table queue drop constraint queue_key',
        'alter table item drop constraint item_key',
        'alter table bill drop constraint bill_key',
        `select create_reference_table('price')`,
        `select create_distributed_table('account', 'id')`,
        `select create_distributed_table('bill', 'account_id', colocate_with => 'account')`,
        `select create_distributed_table('item', 'account_id', colocate_with => 'account')`,
        nameToCluster('queue'),
        'alter table item add constraint item_key foreign key to bill',
        'alter table bill add constraint bill_key foreign key to account',
      ])
    })

    it.each([
      [{ keysWithoutAccount: ['bill_no'] }, {}, 'the unique key bill_no of bill does not contain the account'],
      [{}, { hasAccount: false }, 'the foreign key bill_key of bill does not contain the account'],
    ])('names what prevents it: %j %j', (ofTable, ofKey, obstacle) => {
      const bill = { name: 'bill', isOwned: true, keysWithoutAccount: [], ...ofTable }
      const account = { name: 'account', isOwned: false, keysWithoutAccount: ['account_pkey'] }
      const key = {
        tableName: 'bill',
        name: 'bill_key',
        referenced: 'account',
        definition: '',
        hasAccount: true,
        ...ofKey,
      }
      expect(planDistribution([account, bill], [key]).obstacles).toEqual([obstacle])
    })

    it('is refused without the extension, and planned without a change', async () => {
      expect(await opened.database.row(installedCitus)).toBeUndefined()
      const env = { DATABASE_URL: opened.url }
      const said: string[] = []
      const options = { say: (line: string) => void said.push(line) }
      await expect(distribute(env, { ...options, apply: true })).rejects.toThrow('the extension citus is not installed')
      expect(await distribute(env, { ...options, apply: false })).toMatchObject({
        citus: null,
        done: [],
        isApplied: false,
      })
      expect(said).toEqual([])
    })
  })
})
