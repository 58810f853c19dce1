import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startEmbeddedPostgres } from '#services/kernel/embedded-postgres/start-embedded-postgres.js'

describe('database without its password file', () => {
  const home = mkdtempSync(join(tmpdir(), 'stackgate-orphan-'))
  const dataDir = join(home, 'data')
  afterAll(() => rmSync(home, { recursive: true, force: true }))

  it('is moved to another folder, not deleted, and the start creates a new one', async () => {
    chmodSync(home, 0o755) // so that a root user's server can live in it
    const first = await startEmbeddedPostgres({ dataDir, durable: false })
    await first.stop()
    rmSync(join(dataDir, 'postgres-password'))
    const said: string[] = []
    const second = await startEmbeddedPostgres({ dataDir, durable: false, log: (line) => said.push(line) })
    try {
      const client = new pg.Client({ connectionString: second.url })
      await client.connect()
      await client.end()
    } finally {
      await second.stop()
    }
    const [orphan] = readdirSync(dataDir).filter((name) => name.startsWith('postgres.orphan-'))
    expect(existsSync(join(dataDir, orphan!, 'PG_VERSION'))).toBe(true)
    expect(said[0]).toContain(orphan)
  })
})
