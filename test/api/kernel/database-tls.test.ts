import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openConnection } from '#services/kernel/database/connect.js'
import { UNLIMITED } from '#services/kernel/database/session.js'
import { requireUsableServer } from '#services/kernel/database/usable-server.js'
import { entitlementService, newAccount } from '#test/support/entitlements.js'
import { startTestServer } from '#test/support/test-server.js'
import { startOwnPostgres, withPassword, type OwnPostgres } from '#test/support/own-postgres.js'
import { makeTlsFiles } from '#test/support/tls-files.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'

describe('TLS to the database', () => {
  let server: OwnPostgres
  let root: string
  let foreign: string
  const client = { certificate: '', key: '' }
  beforeAll(async () => {
    const files = await makeTlsFiles([
      { type: 'dns', value: 'localhost' },
      { type: 'ip', value: '127.0.0.1' },
    ])
    server = await startOwnPostgres({
      settings: { ssl: 'on', ssl_ca_file: 'root.crt' },
      files: { 'server.crt': files.certificate, 'server.key': files.key, 'root.crt': files.authority },
      access: [
        'hostssl all careful all scram-sha-256 clientcert=verify-full',
        'hostssl all all all scram-sha-256',
        'hostnossl all all all reject',
      ],
    })
    const write = (name: string, text: string) => {
      const path = join(server.folder, name)
      writeFileSync(path, text, { mode: 0o644 })
      return path
    }
    root = write('authority.pem', files.authority)
    foreign = write('foreign.pem', (await makeTlsFiles([])).authority)
    const issued = await files.issue('CN=careful')
    client.certificate = write('careful.crt', issued.certificate)
    client.key = write('careful.key', issued.key)
    await server.query(`create role careful login ${withPassword}`)
  })
  afterAll(() => server.stop())

  const connect = async (url: string): Promise<boolean> => {
    await requireUsableServer({ url, timers: systemTimers })
    const connection = await openConnection({ url, timers: systemTimers, name: 'test', limits: UNLIMITED })
    const { rows } = await connection.query<{ ssl: boolean }>(
      'select ssl from pg_stat_ssl where pid = pg_backend_pid()',
    )
    await connection.end()
    return rows[0]!.ssl
  }
  const at = (query: string, host?: string) => server.url('postgres', { query, ...(host ? { host } : {}) })

  it.each<[string, () => string]>([
    ['no sslmode, which is prefer', () => at('')],
    ['allow', () => at('sslmode=allow')],
    ['require', () => at('sslmode=require')],
    ['require with a root certificate', () => at(`sslmode=require&sslrootcert=${root}`)],
    ['verify-ca, under any name', () => at(`sslmode=verify-ca&sslrootcert=${root}`, '127.0.0.2')],
    ['verify-full by name', () => at(`sslmode=verify-full&sslrootcert=${root}`, 'localhost')],
    ['verify-full by address', () => at(`sslmode=verify-full&sslrootcert=${root}`)],
    [
      "a client's certificate",
      () =>
        server.url('postgres', {
          user: 'careful',
          query: `sslmode=verify-full&sslrootcert=${root}&sslcert=${client.certificate}&sslkey=${client.key}`,
        }),
    ],
  ])('encrypts the connection with %s', async (_, url) => {
    expect(await connect(url())).toBe(true)
  })

  it.each<[string, () => string, RegExp]>([
    ['disable', () => at('sslmode=disable'), /accepts encrypted connections only: add sslmode=/],
    [
      'verify-full under another address than the certificate has',
      () => at(`sslmode=verify-full&sslrootcert=${root}`, '127.0.0.2'),
      /certificate of the server is not trusted/,
    ],
    ['verify-full without its authority', () => at('sslmode=verify-full'), /is not trusted: set sslrootcert=/],
    [
      'require with the root certificate of somebody else',
      () => at(`sslmode=require&sslrootcert=${foreign}`),
      /is not trusted/,
    ],
    ['a role that needs a certificate', () => server.url('postgres', { user: 'careful' }), /certificate/],
  ])('rejects with one sentence: %s', async (_, url, says) => {
    const error = (await connect(url()).catch((reason: unknown) => reason)) as Error
    expect(error.message).toMatch(says)
    expect(error.message).toMatch(/^DATABASE_URL: [^\n]+$/)
  })

  it('uses plain text for a server without TLS only if TLS was not requested', async () => {
    const plain = new URL(process.env['STACKGATE_TEST_SERVER']!)
    const modes = ['require', 'verify-ca', 'verify-full']
    for (const mode of modes) {
      plain.search = `sslmode=${mode}&sslrootcert=${root}`
      await expect(connect(plain.href)).rejects.toThrow(/the server does not support TLS/)
    }
    for (const mode of ['disable', 'allow', 'prefer']) {
      plain.search = `sslmode=${mode}`
      expect(await connect(plain.href)).toBe(false)
    }
  })

  it('is used by every connection of a server, with all tables in the configured schema', async () => {
    await server.query('create database shop')
    await server.query('create schema shop', 'shop')
    const query = `sslmode=verify-full&sslrootcert=${root}&options=${encodeURIComponent('-c search_path=shop')}`
    const harness = await startTestServer({
      databaseThrough: () => server.url('shop', { query, host: 'localhost' }),
      env: { CATALOG: 'agileforge' },
    })
    try {
      const accountId = await newAccount(harness)
      const service = await entitlementService(harness)
      expect(await service.consume({ accountId, feature: 'ai_stories', amount: 2 })).toMatchObject({
        __typename: 'Consumption',
        entitlement: { used: 2 },
      })
      expect((await harness.rest('GET', '/health/ready')).status).toBe(200)
      const connections = await server.query<{ name: string; ssl: boolean }>(
        `select distinct application_name as name, ssl from pg_stat_activity join pg_stat_ssl using (pid) where datname = 'shop' and application_name <> '' order by 1`,
      )
      expect(connections).toEqual(
        ['stackgate', 'stackgate agents', 'stackgate entitlements', 'stackgate notifier'].map((name) => ({
          name,
          ssl: true,
        })),
      )
      const elsewhere = await server.query(
        `select relname from pg_class join pg_namespace n on n.oid = relnamespace where relkind in ('r', 'S', 'v') and nspname = 'public'`,
        'shop',
      )
      expect(elsewhere).toEqual([])
    } finally {
      await harness.close()
    }
  })
})
