import pg from 'pg'
import { createSql } from '#services/kernel/database/sql.js'
import { checkDatabase } from '#services/ops/doctor/check-database.js'
import { cloneDatabase, type TestDatabase } from '#test/support/test-database.js'
import { createSources } from '#services/kernel/context/sources.js'

describe('Doctor: database permissions [OP9]', () => {
  let database: TestDatabase
  let pool: pg.Pool
  beforeAll(async () => {
    database = await cloneDatabase()
    pool = new pg.Pool({ connectionString: database.url, max: 1 })
  })
  afterAll(async () => {
    await pool.end()
    await database.drop()
  })

  const entitlements = async () =>
    (await checkDatabase(createSql(pool, createSources().newId), [])).filter(({ check }) => check === 'database_rights')

  it('reports a user that cannot create temporary objects', async () => {
    expect(await entitlements()).toEqual([])
    const name = `stranger_${process.pid}`
    const { rows } = await pool.query<{ name: string }>('select current_database() as name')
    await pool.query(`revoke temporary on database ${rows[0]!.name} from public`)
    await pool.query(
      `create role ${name}; grant usage on schema public to ${name}; grant select on migration to ${name}`,
    )
    try {
      await pool.query(`set role ${name}`)
      expect(await entitlements()).toMatchObject([
        { status: 'problem', todo: 'grant temporary on the database to that user' },
      ])
    } finally {
      await pool.query(`reset role; drop owned by ${name}; drop role ${name}`)
    }
  })
})
