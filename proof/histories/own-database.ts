import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  chownSync,
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import pg from 'pg'
import { openTcpProxy, type TcpProxy } from '#test/support/tcp-proxy.js'
import { eventually } from '#test/support/test-server.js'
import { startEmbeddedPostgres } from '#services/kernel/embedded-postgres/start-embedded-postgres.js'

/** Size of the disk: two clusters and their logs. */
const DISK = '700m'
/** A standby is the primary's only one for so long before the primary is killed. */
const SYNCHRONOUS_MS = 300

/** Reason why this machine cannot have such a database. Null: it can. */
export const noOwnDatabase = (): string | null =>
  process.platform !== 'linux' || process.getuid?.() !== 0 ? 'a small disk needs root on Linux' : null

/**
 * A database server whose disk can become full, and that can fail over: its data is on a small disk in memory, and clients connect
 * through a proxy, which leads to the present primary.
 */
export class OwnDatabase {
  /** The address for clients, which stays the same. */
  readonly url: string
  private readonly folder: string
  private readonly proxy: TcpProxy
  private readonly target: { host: string; port: number }
  /** Name of the folder of the present primary. */
  private primary = 'first'
  private direct: string

  private constructor(
    folder: string,
    { direct, proxy, target }: { direct: string; proxy: TcpProxy; target: { host: string; port: number } },
  ) {
    this.folder = folder
    this.direct = direct
    this.proxy = proxy
    this.target = target
    this.url = proxy.through(direct)
  }

  static async start(): Promise<OwnDatabase> {
    const folder = mkdtempSync(join(tmpdir(), 'stackgate-disk-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK},mode=0755`, 'stackgate-proof', folder])
    // A folder for temporary files can be closed to the user of the database.
    chmodSync(folder, 0o755)
    try {
      const { url } = await startEmbeddedPostgres({ dataDir: join(folder, 'first') })
      const target = { host: '127.0.0.1', port: Number(new URL(url).port) }
      return new OwnDatabase(folder, { direct: url, target, proxy: await openTcpProxy(target) })
    } catch (error) {
      execFileSync('umount', ['-l', folder])
      throw error
    }
  }

  /**
   * Fills the disk for a while, at least until the database cannot write a table. It can stop because of it, and is started again
   * when there is space. Returns the error of the table.
   */
  async fillDisk(ms: number): Promise<string> {
    // A session of before: the disk has no space for the files of another one.
    const client = new pg.Client({ connectionString: this.direct })
    client.on('error', () => undefined)
    await client.connect()
    const filler = join(this.folder, 'filler')
    const file = openSync(filler, 'w')
    for (const size of [1 << 20, 1 << 12])
      for (const bytes = Buffer.alloc(size, 1), isFull = { now: false }; !isFull.now;)
        try {
          if (writeSync(file, bytes) < size) isFull.now = true
        } catch {
          isFull.now = true
        }
    closeSync(file)
    const refused = await eventually(
      () => problemOfTable(client),
      (error) => error !== null,
    )
    await new Promise((wake) => setTimeout(wake, ms))
    rmSync(filler)
    await client.end().catch(() => undefined)
    await this.startAgain()
    return refused!
  }

  private async startAgain(): Promise<void> {
    const { url } = await eventually(
      () => startEmbeddedPostgres({ dataDir: join(this.folder, this.primary) }).catch(() => ({ url: null })),
      (started) => started.url !== null,
    )
    this.direct = url!
    this.target.port = Number(new URL(this.direct).port)
  }

  /**
   * Adds a standby with synchronous replication, kills the primary with SIGKILL, and promotes the standby. Nothing that was confirmed
   * while the standby was synchronous may be lost.
   */
  async failOver(): Promise<void> {
    const primary = new pg.Client({ connectionString: this.direct })
    primary.on('error', () => undefined)
    await primary.connect()
    const standbyUrl = await this.startStandby(primary)
    await primary.query(`alter system set synchronous_standby_names = 'standby'`)
    await primary.query('select pg_reload_conf()')
    await eventually(
      () => primary.query(`select 1 from pg_stat_replication where sync_state = 'sync'`),
      ({ rowCount }) => rowCount === 1,
    )
    await new Promise((wake) => setTimeout(wake, SYNCHRONOUS_MS))
    // What was confirmed before the setting reached its session.
    const { rows } = await primary.query<{ now: string }>('select pg_current_wal_flush_lsn()::text as now')
    await eventually(
      () => primary.query(`select 1 from pg_stat_replication where flush_lsn >= $1::pg_lsn`, [rows[0]!.now]),
      ({ rowCount }) => rowCount === 1,
    )
    process.kill(postmasterOf(join(this.folder, this.primary, 'postgres')), 'SIGKILL')
    await this.proxy.cut()
    await primary.end().catch(() => undefined)
    const standby = new pg.Client({ connectionString: standbyUrl })
    await standby.connect()
    await standby.query('select pg_promote(true, 60)')
    await standby.end()
    this.primary = 'standby'
    this.direct = standbyUrl
    this.target.port = Number(new URL(standbyUrl).port)
    await this.proxy.mend()
  }

  /** Copies the running primary, and starts the copy as its standby. Returns its address. */
  private async startStandby(primary: pg.Client): Promise<string> {
    const [from, to] = [join(this.folder, this.primary), join(this.folder, 'standby')]
    mkdirSync(to, { mode: 0o755 })
    await primary.query(`select pg_backup_start('standby', true)`)
    copyCluster(join(from, 'postgres'), join(to, 'postgres'))
    const { rows } = await primary.query<{ label: string }>('select labelfile as label from pg_backup_stop(false)')
    cpSync(join(from, 'postgres-password'), join(to, 'postgres-password'))
    const { port, username, password } = new URL(this.direct)
    const cluster = join(to, 'postgres')
    const { uid, gid } = statSync(join(cluster, 'PG_VERSION'))
    writeFileSync(join(cluster, 'backup_label'), rows[0]!.label)
    writeFileSync(join(cluster, 'standby.signal'), '')
    for (const name of ['backup_label', 'standby.signal']) chownSync(join(cluster, name), uid, gid)
    appendFileSync(
      join(cluster, 'postgresql.auto.conf'),
      `primary_conninfo = 'host=127.0.0.1 port=${port} user=${username} password=${password} application_name=standby'\n`,
    )
    return (await startEmbeddedPostgres({ dataDir: to })).url
  }

  async close(): Promise<void> {
    await this.proxy.close()
    const lock = join(this.folder, this.primary, 'postgres')
    const pid = existsSync(join(lock, 'postmaster.pid')) ? postmasterOf(lock) : null
    if (pid !== null) {
      process.kill(pid, 'SIGQUIT')
      await eventually(
        () => existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')),
        (runs) => !runs,
      ).catch(() => undefined)
    }
    execFileSync('umount', ['-l', this.folder])
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** The error with which the database does not write a table. Null: it does. */
async function problemOfTable(client: pg.Client): Promise<string | null> {
  try {
    await client.query('create table full_disk as select generate_series(1, 100000)')
    await client.query('drop table full_disk')
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const postmasterOf = (cluster: string): number =>
  Number(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[0])

/** A copy with the same owner. Files that the server deletes meanwhile are left out: its log restores them. */
function copyCluster(from: string, to: string): void {
  try {
    execFileSync('cp', ['-a', from, to], { stdio: 'ignore' })
  } catch {
    if (!existsSync(join(to, 'PG_VERSION'))) throw new Error(`${basename(from)} could not be copied`)
  }
  rmSync(join(to, 'postmaster.pid'), { force: true })
}
