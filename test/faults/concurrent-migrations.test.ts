import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import pg from 'pg'
import { allMigrations } from '#migrations/all-migrations.js'

const PROGRAM = `
  const [{ openDatabase }, { migrate }, { allMigrations }] = await Promise.all([
    import('./dist/src/services/kernel/database/database.js'), import('./dist/src/services/kernel/database/migrate.js'), import('./dist/migrations/all-migrations.js')])
  const { createSources } = await import('./dist/src/services/kernel/context/sources.js')
  const database = await openDatabase({ ...createSources(), url: process.env.DATABASE, migrations: allMigrations, poolSize: 3 })
  console.log(JSON.stringify(await migrate(database)))
  await database.close()`

describe('concurrent starts on an empty database', () => {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const server = process.env['STACKGATE_TEST_SERVER']!
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href
  let admin: pg.Client
  beforeAll(async () => {
    admin = new pg.Client({ connectionString: server })
    await admin.connect()
    await admin.query(`create database ${name}`)
  })
  afterAll(async () => {
    await admin.query(`drop database ${name} with (force)`)
    await admin.end()
  })

  it('migrate it once: one process runs the migrations, the others find them applied', async () => {
    const migrateInProcess = async () => {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--disable-warning=DEP0205', '--input-type=module', '-e', PROGRAM],
        { env: { ...process.env, DATABASE: url, NODE_OPTIONS: '' }, cwd: process.cwd() },
      )
      return JSON.parse(stdout) as string[]
    }
    const applied = await Promise.all([migrateInProcess(), migrateInProcess(), migrateInProcess()])
    expect(applied.toSorted((a, b) => a.length - b.length)).toEqual([[], [], allMigrations.map((each) => each.name)])
  })
})
