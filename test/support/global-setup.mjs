// One embedded PostgreSQL for the whole run (or TEST_DATABASE_URL), and a migrated template database that each test file clones. Its data
// is in STACKGATE_TEST_DATA, which `run.mjs` places in memory where there is enough of it.
import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureBuilt, root } from '#bootstrap.mjs'
import { inDatabase, runOn } from './run-on.mjs'

const built = (path) => import(pathToFileURL(join(root, 'dist', path)).href)

export default async function setUp() {
  await ensureBuilt(() => undefined)
  const given = process.env.TEST_DATABASE_URL
  const server = given ? external(given) : await embedded()
  const template = `stackgate_template_${randomUUID().slice(0, 8)}`
  await runOn(server.url, [`create database ${template}`])
  await prepare(inDatabase(server.url, template))
  Object.assign(process.env, { STACKGATE_TEST_SERVER: server.url, STACKGATE_TEST_TEMPLATE: template })
  globalThis.stackgateTestServer = server
}

async function embedded() {
  const { startEmbeddedPostgres } = await built('src/services/kernel/embedded-postgres/start-embedded-postgres.js')
  const dataDir = mkdtempSync(join(process.env.STACKGATE_TEST_DATA ?? tmpdir(), 'stackgate-test-'))
  const { chmodSync, rmSync } = await import('node:fs')
  chmodSync(dataDir, 0o755)
  const server = await startEmbeddedPostgres({ dataDir, durable: false })
  await shortenPasswordHash(server.url)
  const stop = async () => {
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
  return { url: inDatabase(server.url, 'postgres'), stop }
}

/**
 * Client and server hash the password 4,096 times per connection, and a run opens tens of thousands. One iteration
 * suffices for a server that listens on loopback for a few minutes. A wrong password is still rejected.
 */
async function shortenPasswordHash(url) {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('set scram_iterations = 1')
  await client.query(`alter role postgres password ${client.escapeLiteral(new URL(url).password)}`)
  await client.end()
}

const external = (url) => ({ url, stop: async () => undefined })

async function prepare(url) {
  const [{ createSources }, { openDatabase }, { migrate }, { allMigrations }] = await Promise.all([
    built('src/services/kernel/context/sources.js'),
    built('src/services/kernel/database/database.js'),
    built('src/services/kernel/database/migrate.js'),
    built('migrations/all-migrations.js'),
  ])
  const database = await openDatabase({
    ...createSources(),
    url,
    migrations: allMigrations,
    poolSize: 2,
  })
  await migrate(database)
  await database.close()
}
