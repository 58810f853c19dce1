import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes, createHash } from 'node:crypto'
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import pg from 'pg'
import { findDatabase } from '../database/server.sql.js'
import { AppError } from '../errors/app-error.js'
import { isReachableByOthers, UNPRIVILEGED_UID, postgresBinaries, SHARED_HOME } from './binaries.js'
import { servesCluster, stopProcess, SUPERVISED } from './server-process.js'

const MAJOR = '18'

/** A PostgreSQL server of our own, on loopback, for machines without one. */
export interface EmbeddedPostgres {
  /** Connection string of its `stackgate` database. */
  readonly url: string
  /** Stops the server after its sessions have ended (fast shutdown). */
  stop(): Promise<void>
}

export interface EmbeddedPostgresOptions {
  /** Holds the cluster in `postgres/` and the password of its superuser. */
  readonly dataDir: string
  /** False only for tests: skips fsync and keeps a short log, so that a crash of the machine may lose data. */
  readonly durable?: boolean
  readonly log?: (line: string) => void
  /** Receives the stop as soon as there is something to stop, which is before the server is ready. */
  readonly onLaunch?: (stop: () => Promise<void>) => void
}

/** Starts the embedded server: initdb on first use, 127.0.0.1 only, password kept in the data folder. It ends with this process, however that ends. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const asRoot = process.getuid?.() === 0
  const home = resolve(options.dataDir)
  mkdirSync(home, { recursive: true, mode: 0o755 })
  const cluster = clusterFolder(home, asRoot)
  const binaries = postgresBinaries(asRoot)
  await setAsideOrphan(cluster, join(home, 'postgres-password'), options.log)
  const password = readOrCreatePassword(join(home, 'postgres-password'))
  const user = asRoot ? { uid: UNPRIVILEGED_UID, gid: UNPRIVILEGED_UID } : {}

  refuseOtherMajor(cluster)
  mkdirSync(dirname(cluster), { recursive: true, mode: 0o755 })
  if (!existsSync(join(cluster, 'PG_VERSION'))) {
    options.log?.('Creating the database cluster')
    await createCluster(binaries, cluster, password, user)
  }
  // Of a process that was killed a moment ago: it ends.
  await stopServerOf(cluster)
  rmSync(join(cluster, 'postmaster.pid'), { force: true })
  const port = await freePort()
  const child = launch(binaries, cluster, port, options.durable ?? true, user)
  const stop = () => stopProcess(child.pid!, cluster)
  options.onLaunch?.(stop)
  const url = connectionString(port, password)
  await waitUntilReady(url, child, join(cluster, 'server.log'))
  await ensureDatabase(url)
  return { url, stop }
}

function clusterFolder(home: string, asRoot: boolean): string {
  if (!asRoot || isReachableByOthers(home)) return join(home, 'postgres')
  return join(SHARED_HOME, createHash('sha256').update(home).digest('hex').slice(0, 16))
}

/** True if a data folder holds a cluster already. */
export function hasEmbeddedCluster(dataDir: string): boolean {
  return existsSync(join(clusterFolder(resolve(dataDir), process.getuid?.() === 0), 'PG_VERSION'))
}

/**
 * Deletes the cluster and its password, and stops a server that a killed run left behind. The next start creates a new
 * one.
 */
export async function deleteEmbeddedPostgres(dataDir: string): Promise<void> {
  const home = resolve(dataDir)
  const cluster = clusterFolder(home, process.getuid?.() === 0)
  await stopServerOf(cluster)
  rmSync(cluster, { recursive: true, force: true })
  rmSync(join(home, 'postgres-password'), { force: true })
}

/** A cluster without its password cannot be opened: its data folder was deleted around it, or only the file was. */
async function setAsideOrphan(cluster: string, passwordFile: string, log?: (line: string) => void): Promise<void> {
  if (existsSync(passwordFile) || !existsSync(cluster)) return
  const aside = `${cluster}.orphan-${Date.now()}`
  await stopServerOf(cluster)
  renameSync(cluster, aside)
  log?.(`The password file ${passwordFile} is missing: ${cluster} was moved to ${aside}, a new database is created`)
}

async function stopServerOf(cluster: string): Promise<void> {
  const lockFile = join(cluster, 'postmaster.pid')
  const pid = existsSync(lockFile) ? Number(readFileSync(lockFile, 'utf8').split('\n')[0]) : 0
  if (pid && servesCluster(pid, cluster)) await stopProcess(pid, cluster)
}

function readOrCreatePassword(path: string): string {
  if (!existsSync(path)) writeFileSync(path, randomBytes(24).toString('hex'), { mode: 0o600 })
  return readFileSync(path, 'utf8')
}

function refuseOtherMajor(cluster: string): void {
  const file = join(cluster, 'PG_VERSION')
  const found = existsSync(file) ? readFileSync(file, 'utf8').trim() : MAJOR
  if (found === MAJOR) return
  throw new AppError(
    'CONFIGURATION',
    `the data folder ${cluster} was created by PostgreSQL ${found}, but this release includes PostgreSQL ${MAJOR}: ` +
      'move it (or start with --fresh to delete it), or set DATABASE_URL to your own server',
  )
}

/** Created in a temporary folder and moved when complete, so that a killed start leaves no partial cluster. */
async function createCluster(
  binaries: string,
  cluster: string,
  password: string,
  user: { uid?: number; gid?: number },
): Promise<void> {
  const partial = `${cluster}.new`
  const passwordFile = `${partial}.password`
  rmSync(partial, { recursive: true, force: true })
  rmSync(passwordFile, { force: true })
  mkdirSync(partial, { recursive: true, mode: 0o700 })
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (user.uid !== undefined) {
    chownSync(partial, UNPRIVILEGED_UID, UNPRIVILEGED_UID)
    chownSync(passwordFile, UNPRIVILEGED_UID, UNPRIVILEGED_UID)
  }
  const args = [
    '-D',
    partial,
    '-U',
    'postgres',
    '-E',
    'UTF8',
    // macOS has no C.UTF-8. The builtin provider below decides how text is compared.
    `--locale=${process.platform === 'darwin' ? 'C' : 'C.UTF-8'}`,
    // PostgreSQL's built-in collation: the system's order, but faster and unaffected by system upgrades.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    // A commit that fills a WAL segment waits until the next one is zero-filled: small segments cause short waits
    // instead of 50 ms per 16 MB.
    '--wal-segsize=1',
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--no-instructions',
  ]
  try {
    await finish(
      spawn(join(binaries, 'bin/initdb'), args, { ...user, cwd: partial, stdio: ['ignore', 'pipe', 'pipe'] }),
      cluster,
    )
    renameSync(partial, cluster)
  } finally {
    rmSync(partial, { recursive: true, force: true })
    rmSync(passwordFile, { force: true })
  }
}

/** A new cluster and its first checkpoints. */
const NEEDED_SPACE = '100 MB'

const creationProblem = (cluster: string, output: string): string =>
  /No space left on device|Disk quota exceeded/.test(output)
    ? `cannot create the database in ${cluster}: the disk is full. Free at least ${NEEDED_SPACE}, or set DATA_DIR to a data folder on another disk.`
    : `creating the database cluster failed: ${output.trim().slice(-1500)}`

function finish(child: ChildProcess, cluster: string): Promise<void> {
  return new Promise((done, fail) => {
    let output = ''
    child.stdout?.on('data', (chunk) => (output += chunk))
    child.stderr?.on('data', (chunk) => (output += chunk))
    child.on('error', fail)
    child.on('exit', (code) =>
      code === 0 ? done() : fail(new AppError('CONFIGURATION', creationProblem(cluster, output))),
    )
  })
}

function launch(
  binaries: string,
  cluster: string,
  port: number,
  durable: boolean,
  user: { uid?: number; gid?: number },
) {
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 120,
    shared_buffers: '128MB',
    max_wal_size: durable ? '2GB' : '256MB',
    min_wal_size: durable ? '256MB' : '64MB',
    logging_collector: 'off',
    log_min_messages: 'warning',
    timezone: 'UTC',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
  const args = ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
  const logFile = openSync(join(cluster, 'server.log'), 'a')
  // A separate process group: Ctrl-C must reach the server only after the drain.
  const child = spawn('/bin/sh', ['-c', SUPERVISED, join(binaries, 'bin/postgres'), ...args], {
    ...user,
    cwd: cluster,
    detached: true,
    stdio: ['ignore', logFile, logFile, 'pipe'],
  })
  closeSync(logFile)
  child.unref()
  ;(child.stdio[3] as Socket).on('error', () => undefined).unref()
  return child
}

const connectionString = (port: number, password: string, database = 'stackgate') =>
  `postgres://postgres:${password}@127.0.0.1:${port}/${database}`

async function canConnect(url: string): Promise<true | Error> {
  const client = new pg.Client({
    connectionString: url.replace(/\/stackgate$/, '/postgres'),
    connectionTimeoutMillis: 2000,
  })
  try {
    await client.connect()
    return true
  } catch (error) {
    return error as Error
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function waitUntilReady(url: string, child: ChildProcess, logFile: string): Promise<void> {
  let ended = false
  child.once('exit', () => (ended = true))
  const deadline = Date.now() + 30_000
  for (;;) {
    const outcome = await canConnect(url)
    if (outcome === true) return
    if (ended || Date.now() > deadline) {
      const log = readFileSync(logFile, 'utf8').split('\n').slice(-8).join('\n')
      throw new AppError('CONFIGURATION', `the embedded PostgreSQL did not start; its log ends with:\n${log}`, {
        cause: outcome,
      })
    }
    await new Promise((wake) => setTimeout(wake, 15))
  }
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url.replace(/\/stackgate$/, '/postgres') })
  await client.connect()
  try {
    const { rowCount } = await client.query(findDatabase.text, ['stackgate'])
    if (!rowCount) await client.query('create database stackgate')
  } finally {
    await client.end()
  }
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer()
    probe.on('error', fail)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => done((address as { port: number }).port))
    })
  })
}
