import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { eventually, freePort } from '../support/test-server.js'
import { childEnvironment } from '#test/support/child-environment.js'

/** The product as `npm start` runs it, built: with its own database and the sandbox as its child. */
describe('second start', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'stackgate-fresh-'))
  let server: ChildProcess | null = null
  let ports: { product: number; sandbox: number }
  beforeAll(async () => {
    ports = { product: await freePort(), sandbox: await freePort() }
  })
  afterAll(async () => {
    await stop()
    rmSync(dataDir, { recursive: true, force: true })
  })

  const start = async (...args: string[]) => {
    server = spawn(process.execPath, [join(process.cwd(), 'dist/src/main.js'), ...args], {
      env: {
        ...childEnvironment,
        DATA_DIR: dataDir,
        PORT: String(ports.product),
        SANDBOX_PORT: String(ports.sandbox),
      },
      stdio: 'ignore',
    })
    const ready = () =>
      fetch(`http://127.0.0.1:${ports.product}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      )
    await eventually(ready, (isReady) => isReady, 60_000)
  }
  const stop = async () => {
    const running = server
    if (running === null || running.exitCode !== null) return
    const ended = new Promise((resolve) => running.once('exit', resolve))
    running.kill('SIGTERM')
    await ended
    server = null
  }
  const sandboxCustomers = async (method: 'GET' | 'POST') => {
    const headers = { authorization: 'Bearer sk_test_sandbox_x', connection: 'close' }
    const response = await fetch(`http://127.0.0.1:${ports.sandbox}/v1/customers`, { method, headers })
    return (await response.json()) as { data: unknown[] }
  }
  const database = async (sql: string) => {
    const { databaseUrl } = JSON.parse(readFileSync(join(dataDir, 'server.json'), 'utf8')) as { databaseUrl: string }
    const client = new pg.Client({ connectionString: databaseUrl })
    await client.connect()
    try {
      return (await client.query(sql)).rows as { kept: string | null }[]
    } finally {
      await client.end()
    }
  }

  it('keeps database and sandbox; with --fresh it deletes both', async () => {
    await start()
    await sandboxCustomers('POST')
    await database('create table public.mark ()')
    await stop()
    await start()
    expect((await sandboxCustomers('GET')).data).toHaveLength(1)
    expect(await database(`select to_regclass('public.mark')::text as kept`)).toEqual([{ kept: 'mark' }])
    await stop()
    await start('--fresh')
    expect((await sandboxCustomers('GET')).data).toEqual([])
    expect(await database(`select to_regclass('public.mark')::text as kept`)).toEqual([{ kept: null }])
  })
})
