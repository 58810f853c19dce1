import { spawn, spawnSync } from 'node:child_process'
import { chownSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { postgresBinaries } from '#services/kernel/embedded-postgres/binaries.js'
import { freePort } from './free-port.js'

const UNPRIVILEGED_UID = 65_534
const PASSWORD = 'a password of the tests'

export interface OwnPostgresOptions {
  /** Settings of the server. */
  readonly settings?: Readonly<Record<string, string | number>>
  /** Lines of `pg_hba.conf`. Default: password authentication from this machine. */
  readonly access?: readonly string[]
  /** Additional files, for example certificates. */
  readonly files?: Readonly<Record<string, string>>
  /** Another version than the one that Stackgate brings: the folder with `bin/postgres`. */
  readonly binaries?: string
  readonly initdb?: readonly string[]
  /** Of the server and the programs that it starts. */
  readonly env?: Readonly<Record<string, string>>
  readonly port?: number
  /** Fills the empty data folder instead of `initdb`, for example from a backup. */
  readonly fill?: (cluster: string) => void
}

/** A PostgreSQL server with other settings. */
export interface OwnPostgres {
  readonly port: number
  readonly folder: string
  /** The address of a database, as its superuser or as a role with the same password. */
  url(database: string, options?: { user?: string; host?: string; query?: string }): string
  /** Folder of the Unix sockets. */
  readonly sockets: string
  /** Data folder. */
  readonly cluster: string
  /** As superuser, past everything that the settings require of others. */
  query<Row>(text: string, database?: string): Promise<Row[]>
  stop(): Promise<void>
}

export async function startOwnPostgres(options: OwnPostgresOptions = {}): Promise<OwnPostgres> {
  const asRoot = process.getuid?.() === 0
  const user = asRoot ? { uid: UNPRIVILEGED_UID, gid: UNPRIVILEGED_UID } : {}
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-own-postgres-'))
  const cluster = join(folder, 'data')
  const sockets = join(folder, 'sockets')
  const own = (path: string) => asRoot && chownSync(path, UNPRIVILEGED_UID, UNPRIVILEGED_UID)
  for (const path of [cluster, sockets]) mkdirSync(path, { mode: 0o700 })
  writeFileSync(join(folder, 'password'), PASSWORD)
  for (const path of [folder, cluster, sockets, join(folder, 'password')]) own(path)
  const binaries = options.binaries ?? postgresBinaries(asRoot)
  const env = { ...process.env, ...options.env }
  const initialize = (): void => {
    const made = spawnSync(
      join(binaries, 'bin/initdb'),
      [
        '-D',
        cluster,
        '-U',
        'postgres',
        '-E',
        'UTF8',
        '--locale=C',
        '--auth=scram-sha-256',
        '--no-sync',
        ...(options.initdb ?? []),
        `--pwfile=${join(folder, 'password')}`,
      ],
      { ...user, cwd: folder, env, encoding: 'utf8' },
    )
    if (made.status !== 0) throw new Error(`initdb: ${made.stderr}${made.stdout}`)
  }
  if (options.fill) options.fill(cluster)
  else initialize()
  for (const [name, text] of Object.entries(options.files ?? {})) {
    writeFileSync(join(cluster, name), text, { mode: 0o600 })
    own(join(cluster, name))
  }
  const access = options.access ?? ['host all all 127.0.0.1/32 scram-sha-256']
  writeFileSync(join(cluster, 'pg_hba.conf'), ['local all postgres trust', ...access, ''].join('\n'))
  const port = options.port ?? (await freePort())
  const settings = {
    port,
    listen_addresses: '127.0.0.1,127.0.0.2',
    unix_socket_directories: sockets,
    fsync: 'off',
    shared_buffers: '32MB',
    ...options.settings,
  }
  const log = join(folder, 'log')
  const output = openSync(log, 'a')
  const server = spawn(
    join(binaries, 'bin/postgres'),
    ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { ...user, cwd: cluster, env, stdio: ['ignore', output, output] },
  )
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  const query = async <Row>(text: string, database = 'postgres'): Promise<Row[]> => {
    const client = new pg.Client({ host: sockets, port, user: 'postgres', database, ssl: false })
    client.on('error', () => undefined)
    await client.connect()
    try {
      return (await client.query(text)).rows as Row[]
    } finally {
      await client.end()
    }
  }
  for (;;) {
    const isUp = await query('select 1').then(
      () => true,
      () => false,
    )
    if (isUp) break
    if (server.exitCode !== null) throw new Error(`the server did not start: ${readFileSync(log, 'utf8')}`)
    await new Promise((wake) => setTimeout(wake, 50))
  }
  return {
    port,
    folder,
    sockets,
    cluster,
    url: (database, { user: role = 'postgres', host = '127.0.0.1', query: parameters = '' } = {}) =>
      `postgres://${role}:${encodeURIComponent(PASSWORD)}@${host}:${port}/${database}${parameters && `?${parameters}`}`,
    query,
    stop: async () => {
      server.kill('SIGQUIT')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** For roles that a test makes. */
export const withPassword = `password '${PASSWORD}'`
