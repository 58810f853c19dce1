import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { openConnection } from '#services/kernel/database/connect.js'
import { SERVING } from '#services/kernel/database/session.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'
import { checkServer } from '#services/catalog/doctor/check-server.js'
import { openDatabase } from '#services/kernel/database/database.js'
import { createSources } from '#services/kernel/context/sources.js'
import { newAccount } from '#test/support/entitlements.js'
import { startOwnPostgres, withPassword, type OwnPostgres } from '#test/support/own-postgres.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const ODD = [
  '@',
  ':',
  '/',
  '?',
  '#',
  '%',
  ' ',
  `'`,
  '"',
  '\\',
  '&',
  '=',
  '+',
  '%40',
  '$1',
  '[::1]',
  'päß€😀',
  'postgres://a:b@c/d?e=f#g',
]
/** Longer than the limits of idle sessions and transactions that the role has. */
const IDLE_MS = 1_000

describe('Database with roles of other administrators', () => {
  let server: OwnPostgres
  beforeAll(async () => {
    server = await startOwnPostgres({ settings: { max_connections: 60 } })
  })
  afterAll(() => server.stop())

  /** Address of a new database that a new role owns. */
  const setUp = async (role: string, password: string | null, ...statements: string[]): Promise<string> => {
    const database = `Shop ${randomUUID().slice(0, 8)} "x"`
    const [quotedRole, quotedDatabase] = [pg.escapeIdentifier(role), pg.escapeIdentifier(database)]
    const secret = password === null ? withPassword : `password ${pg.escapeLiteral(password)}`
    await server.query(`create role ${quotedRole} login ${secret}`)
    await server.query(`create database ${quotedDatabase} owner ${quotedRole}`)
    for (const text of statements)
      await server.query(text.replaceAll('ROLE', quotedRole).replaceAll('DATABASE', quotedDatabase), database)
    const { username, password: usual, host } = new URL(server.url('x', { user: 'x' }))
    expect(username).toBe('x')
    const user = `${encodeURIComponent(role)}:${password === null ? usual : encodeURIComponent(password)}`
    return `postgres://${user}@${host}/${encodeURIComponent(database)}`
  }
  const open = (url: string, env: Record<string, string> = {}): Promise<TestServer> =>
    startTestServer({
      databaseThrough: () => url,
      env: { CATALOG: 'agileforge', ...env },
      app: { poolSize: undefined as never },
    })
  const sessionOf = async <Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row> => {
    const client = await openConnection({ url, timers: systemTimers, name: 'test', limits: SERVING })
    try {
      return (await client.query<Row>(text)).rows[0]!
    } finally {
      await client.end()
    }
  }

  it('connects with any character in the password and in the names of role and database', async () => {
    for (const odd of ODD) {
      const role = `Shop-${odd} ${randomUUID().slice(0, 8)}`
      const url = await setUp(role, `${odd}x${odd}`)
      expect(await sessionOf(url, 'select current_user as role')).toEqual({ role })
    }
  })

  it('serves with an odd password, and prints it nowhere', async () => {
    const password = ODD.join('')
    const app = await open(await setUp(`Owner of "all"`, password))
    try {
      expect(await newAccount(app)).toMatch(/^acc_/)
      for (const form of [password, encodeURIComponent(password)]) expect(app.logLines.join('')).not.toContain(form)
    } finally {
      await app.close()
    }
  })

  it('keeps all tables in the first schema of the search_path of its role', async () => {
    const url = await setUp(
      'shop_role',
      null,
      'create schema shop authorization ROLE',
      'alter role ROLE in database DATABASE set search_path = missing, shop, public',
      'revoke all on schema public from public',
    )
    const app = await open(url)
    try {
      expect(await newAccount(app)).toMatch(/^acc_/)
      const schemas = await sessionOf(
        url,
        `select array_agg(distinct schemaname::text) as schemas from pg_tables
         where schemaname not in ('pg_catalog', 'information_schema')`,
      )
      expect(schemas).toEqual({ schemas: ['shop'] })
    } finally {
      await app.close()
    }
  })

  it('works with time limits and isolation levels that an administrator set for the role', async () => {
    const limits = [
      'statement_timeout',
      'lock_timeout',
      'idle_in_transaction_session_timeout',
      'idle_session_timeout',
      'transaction_timeout',
    ]
    const url = await setUp(
      'limited',
      null,
      ...limits.map((name) => `alter role ROLE set ${name} = '${IDLE_MS}ms'`),
      `alter role ROLE set default_transaction_isolation = 'repeatable read'`,
    )
    const settings = await sessionOf(
      url,
      `select ${limits.map((name) => `current_setting('${name}') as ${name}`).join(', ')},
         current_setting('transaction_isolation') as isolation`,
    )
    expect(settings).toEqual({
      statement_timeout: '15s',
      lock_timeout: '10s',
      idle_in_transaction_session_timeout: '15s',
      idle_session_timeout: '0',
      transaction_timeout: '0',
      isolation: 'read committed',
    })
    const app = await open(url)
    const listening = await server.query<{ pid: number }>(
      `select pid from pg_stat_activity where usename = 'limited' and application_name = 'stackgate notifier'`,
    )
    const remaining = () =>
      server.query(`select pid from pg_stat_activity where pid in (${listening.map(({ pid }) => pid).join(', ')})`)
    try {
      expect(listening.length).toBeGreaterThan(0)
      await new Promise((wake) => setTimeout(wake, 2 * IDLE_MS))
      expect(await remaining()).toHaveLength(listening.length)
      expect(await newAccount(app)).toMatch(/^acc_/)
      expect(app.logLines.filter((line) => /57P05|25P04|terminating connection/.test(line))).toEqual([])
    } finally {
      await app.close()
    }
  })

  describe('doctor', () => {
    const examine = async (url: string, databaseConnections: number | null = null, mode: 'test' | 'live' = 'test') => {
      const database = await openDatabase({ ...createSources(), url, migrations: [], mayOnlyRead: true, poolSize: 2 })
      try {
        const findings = await checkServer(database, { databaseUrl: url, databaseConnections, mode })
        return Object.fromEntries(findings.map(({ check, status, found }) => [check, `${status}: ${found}`]))
      } finally {
        await database.close()
      }
    }

    it('reports settings that lose transactions, as a problem in live mode', async () => {
      const url = await setUp('careless', null, 'alter role ROLE set synchronous_commit = off')
      const found = 'fsync = off, synchronous_commit = off: a crash of the machine can lose payments'
      expect(await examine(url)).toMatchObject({ database_durability: `warning: ${found}` })
      expect(await examine(url, null, 'live')).toMatchObject({ database_durability: `problem: ${found}` })
    })

    it('reports a read-only database, and too few connections', async () => {
      const url = await setUp('reader', null, 'alter role ROLE set default_transaction_read_only = on')
      expect(await examine(url)).toMatchObject({
        database_access: expect.stringMatching(/^problem: the server is read-only/),
        database_tls: 'ok: connections stay on this machine',
        database_connections: 'ok: 30 for each process; the database allows 57, enough for 1',
      })
      expect(await examine(url, 58)).toMatchObject({
        database_connections: 'problem: DATABASE_CONNECTIONS: 58 exceeds the 57 connections that the database allows',
      })
    })
  })
})
