import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { entitlementService, newAccount } from '#test/support/entitlements.js'
import { freePort } from '#test/support/free-port.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { expectInvariants } from '#test/support/invariants.js'
import { startOwnPostgres, withPassword, type OwnPostgres } from '#test/support/own-postgres.js'
import { openTransactionPooler } from '#test/support/transaction-pooler.js'

describe('Database with other defaults', () => {
  let server: OwnPostgres
  beforeAll(async () => {
    server = await startOwnPostgres({ settings: { max_connections: 20 } })
  })
  afterAll(() => server.stop())

  /** Separate database with a role that owns nothing in it. */
  const setUp = async (...statements: string[]) => {
    const name = `d${randomUUID().slice(0, 8)}`
    await server.query(`create role ${name} login ${withPassword}`)
    await server.query(`create database ${name}`)
    for (const statement of statements) await server.query(statement.replaceAll('NAME', name), name)
    return { name, url: (query = '') => server.url(name, { user: name, query }) }
  }
  const OWNER = 'alter database NAME owner to NAME'

  /** Message of a real process that fails to start. */
  const denial = async (url: string, env: Record<string, string> = {}): Promise<string> => {
    const dataDir = mkdtempSync(join(tmpdir(), 'stackgate-refused-'))
    const child = spawn(process.execPath, [join(process.cwd(), 'dist/src/main.js')], {
      env: {
        PATH: process.env['PATH'],
        PORT: String(await freePort()),
        DATA_DIR: dataDir,
        DATABASE_URL: url,
        STRIPE_SECRET_KEY: 'sk_test_sandbox_refused',
        STRIPE_WEBHOOK_SECRET: 'whsec_refused',
        STRIPE_API_URL: 'http://127.0.0.1:1',
        ...env,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const code = await new Promise<number | null>((resolve) => child.once('exit', resolve))
    rmSync(dataDir, { recursive: true, force: true })
    expect(code).toBe(1)
    return said
  }
  const SENTENCE = /^stackgate: [^\n]+\n$/

  it('is rejected with one sentence if the role cannot create tables', async () => {
    const { url } = await setUp('revoke create on schema public from public')
    const said = await denial(url())
    expect(said).toMatch(SENTENCE)
    expect(said).toMatch(/cannot create tables in the schema public: run "grant create on schema public to/)
  })

  it('is rejected with one sentence behind a pooler in transaction mode', async () => {
    const { url } = await setUp(OWNER)
    const pooler = await openTransactionPooler(url())
    const said = await denial(pooler.through(url()))
    await pooler.close()
    expect(said).toMatch(SENTENCE)
    expect(said).toContain('a connection pooler in transaction mode is in use')
  })

  it.each<[string, string[], string, RegExp]>([
    ['none of its schemas exists', [OWNER], 'options=-c%20search_path%3Dshop', /no schema .*\(shop\) exists/],
    [
      'it only reads',
      [OWNER, 'alter database NAME set default_transaction_read_only = on'],
      '',
      /the server is read-only/,
    ],
    ['a parameter would have no effect', [OWNER], 'sslmod=require', /the parameter sslmod is not supported/],
    ['it has room for too few connections', [OWNER, 'alter role NAME connection limit 6'], '', /allows 6 connections/],
  ])('is rejected with one sentence if %s', async (_, statements, query, says) => {
    const { url } = await setUp(...statements)
    const said = await denial(url(query))
    expect(said).toMatch(SENTENCE)
    expect(said).toMatch(says)
  })

  it('is rejected if DATABASE_CONNECTIONS exceeds its limit', async () => {
    const { url } = await setUp(OWNER)
    expect(await denial(url(), { DATABASE_CONNECTIONS: '40' })).toMatch(/DATABASE_CONNECTIONS: 40 exceeds the 1\d /)
  })

  const openOn = (url: string, env: Record<string, string> = {}): Promise<TestServer> =>
    startTestServer({
      databaseThrough: () => url,
      env: { CATALOG: 'agileforge', ...env },
      app: { poolSize: undefined as never },
    })
  const newcomers = (harness: TestServer, count: number) =>
    Promise.all(
      Array.from({ length: count }, async () => {
        const { errors } = await harness.graphql(
          `{ account { id } }`,
          {},
          await harness.token(`${randomUUID()}@example.com`),
        )
        return errors?.[0]?.extensions.code ?? 'ok'
      }),
    )

  it('works if the role cannot create temporary objects', async () => {
    const { url } = await setUp(OWNER, 'revoke temporary on database NAME from public, NAME')
    const harness = await openOn(url())
    try {
      const [role] = await harness.query(`select has_database_privilege(current_database(), 'TEMPORARY') as may`)
      expect(role).toEqual({ may: false })
      const accountId = await newAccount(harness)
      const service = await entitlementService(harness)
      const { answer } = await service.raw('consume', { accountId, feature: 'ai_stories', amount: 1 })
      expect(answer?.__typename).toBe('Consumption')
      expect(await newcomers(harness, 1)).toEqual(['ok'])
    } finally {
      await harness.close()
    }
  })

  it('works with any default date style, time zone, bytea output and isolation level of the role', async () => {
    const { url } = await setUp(
      OWNER,
      `alter role NAME set datestyle = 'German, DMY'`,
      `alter role NAME set timezone = 'Asia/Kathmandu'`,
      `alter role NAME set intervalstyle = 'sql_standard'`,
      `alter role NAME set bytea_output = 'escape'`,
      `alter role NAME set quote_all_identifiers = on`,
      `alter role NAME set default_transaction_isolation = 'serializable'`,
    )
    const harness = await openOn(url())
    try {
      const accountId = await newAccount(harness)
      const service = await entitlementService(harness)
      const taken = await Promise.all(
        Array.from({ length: 20 }, () => service.raw('consume', { accountId, feature: 'ai_stories', amount: 1 })),
      )
      expect(taken.map(({ answer }) => answer?.__typename)).toEqual(taken.map(() => 'Consumption'))
      expect(await newcomers(harness, 40)).toEqual(Array.from({ length: 40 }, () => 'ok'))
      const { data } = await harness.graphql<{ account: { createdAt: string } }>(
        `{ account { id } }`,
        {},
        await harness.token('dated@example.com'),
      )
      expect(data.account).toBeDefined()
      const [session] = await harness.query(
        `select current_setting('datestyle') as dates, current_setting('timezone') as zone, current_setting('transaction_isolation') as level`,
      )
      expect(session).toEqual({ dates: 'ISO, MDY', zone: 'UTC', level: 'read committed' })
      await expectInvariants(harness)
    } finally {
      await harness.close()
    }
  })

  it('works with few connections: the setting limits the whole process, and a burst waits', async () => {
    const { name, url } = await setUp(OWNER)
    const harness = await openOn(url(), { DATABASE_CONNECTIONS: '9' })
    const count = async () =>
      (
        await server.query<{ n: number }>(`select count(*)::int as n from pg_stat_activity where datname = '${name}'`)
      )[0]!.n
    try {
      const burst = newcomers(harness, 60)
      let maximum = 0
      const watch = { isOver: false }
      void burst.finally(() => (watch.isOver = true))
      while (!watch.isOver) maximum = Math.max(maximum, await count())
      expect(await burst).toEqual(Array.from({ length: 60 }, () => 'ok'))
      expect(maximum).toBeGreaterThan(4)
      expect(maximum).toBeLessThanOrEqual(9)
    } finally {
      await harness.close()
    }
  })

  it('works while other clients use the available connections', async () => {
    const { url } = await setUp(OWNER)
    const harness = await openOn(url())
    // The server is full but for one: 20, of which three are for superusers.
    const others: pg.Client[] = []
    try {
      for (;;) {
        const client = new pg.Client({ connectionString: url() })
        client.on('error', () => undefined)
        if (!(await client.connect().then(Boolean, () => false))) break
        others.push(client)
      }
      expect(await newcomers(harness, 40)).toEqual(Array.from({ length: 40 }, () => 'ok'))
    } finally {
      for (const client of others) await client.end()
      await harness.close()
    }
  })
})
