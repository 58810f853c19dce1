import { spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unpackPackages } from './debian-packages.js'
import { startOwnPostgres, type OwnPostgres } from './own-postgres.js'

/** PostgreSQL and pgBackRest of the distribution. */
export interface BackupPrograms {
  readonly root: string
  readonly libraries: string
  /** Folder with `bin/postgres`. */
  readonly postgres: string
}

/** The versions of PostgreSQL that the distribution's pgBackRest knows. */
const POSTGRES = ['17', '16', '15']
const UNPRIVILEGED_UID = 65_534
const STANZA = 'stackgate'

/** Returns the reason if the programs cannot be downloaded here. */
export function fetchBackupPrograms(): BackupPrograms | string {
  const unpacked = unpackPackages(['pgbackrest', 'postgresql'])
  if (typeof unpacked === 'string') return unpacked
  const postgres = POSTGRES.flatMap((version) =>
    [unpacked.root, '/'].map((base) => join(base, 'usr/lib/postgresql', version)),
  ).find((folder) => existsSync(join(folder, 'bin/postgres')))
  return postgres ? { ...unpacked, postgres } : 'this machine has no PostgreSQL that its pgBackRest knows'
}

/** PostgreSQL with an archive of its write-ahead log, by the shipped configuration. */
export class ArchivedPostgres {
  private constructor(
    private readonly programs: BackupPrograms,
    private readonly folder: string,
    private server: OwnPostgres,
  ) {}

  static async start(programs: BackupPrograms): Promise<ArchivedPostgres> {
    const folder = mkdtempSync(join(tmpdir(), 'stackgate-pgbackrest-'))
    const made = ['repository', 'locks', 'spool'].map((name) => join(folder, name))
    for (const path of made) mkdirSync(path)
    if (process.getuid?.() === 0)
      for (const path of [folder, ...made]) chownSync(path, UNPRIVILEGED_UID, UNPRIVILEGED_UID)
    const server = await startServer(programs, folder)
    const archived = new ArchivedPostgres(programs, folder, server)
    archived.configure(server)
    archived.run('stanza-create')
    archived.run('check')
    return archived
  }

  get url(): string {
    return this.server.url('postgres')
  }

  backup(): void {
    this.run('backup', '--type=full')
  }

  query<Row>(text: string): Promise<Row[]> {
    return this.server.query<Row>(text)
  }

  /** Loses the data folder, and recovers the state of the database at a time, at the same address. */
  async recover(time: string): Promise<void> {
    const { port } = this.server
    await this.archiveAll()
    await this.server.stop()
    this.server = await startServer(this.programs, this.folder, port, (cluster) => {
      this.configure({ cluster, sockets: '' })
      this.run('restore', '--type=time', `--target=${time}`, '--target-action=promote')
    })
    this.configure(this.server)
    await this.until('select not pg_is_in_recovery() as done')
  }

  /** An operator's stop of the server waits for this; that of the tests does not. */
  private async archiveAll(): Promise<void> {
    const [row] = await this.query<{ file: string }>('select pg_walfile_name(pg_switch_wal()) as file')
    await this.until(`select last_archived_wal >= '${row!.file}' as done from pg_stat_archiver`)
  }

  private async until(text: string): Promise<void> {
    while (!(await this.query<{ done: boolean }>(text))[0]!.done) await new Promise((wake) => setTimeout(wake, 100))
  }

  async stop(): Promise<void> {
    await this.server.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** The shipped file with the folders of this run. */
  private configure({ cluster, sockets }: Pick<OwnPostgres, 'cluster' | 'sockets'>): void {
    const shipped = readFileSync('deploy/pgbackrest.conf', 'utf8')
    const own = [
      `pg1-port=${this.server.port}`,
      'pg1-user=postgres',
      ...(sockets ? [`pg1-socket-path=${sockets}`] : []),
    ]
    const text = shipped
      .replace(/^repo1-path=.*$/m, `repo1-path=${join(this.folder, 'repository')}`)
      .replace(/^pg1-path=.*$/m, [`pg1-path=${cluster}`, ...own].join('\n'))
      .replace('[global]', `[global]\nlock-path=${join(this.folder, 'locks')}\nlog-level-file=off`)
    writeFileSync(configuration(this.folder), text)
  }

  private run(command: string, ...options: string[]): void {
    const user = process.getuid?.() === 0 ? { uid: UNPRIVILEGED_UID, gid: UNPRIVILEGED_UID } : {}
    const args = [`--config=${configuration(this.folder)}`, `--stanza=${STANZA}`, ...options, command]
    const env = { ...process.env, ...environment(this.programs) }
    const ended = spawnSync(program(this.programs), args, { ...user, cwd: this.folder, env, encoding: 'utf8' })
    if (ended.status !== 0) throw new Error(`pgbackrest ${command}: ${ended.stdout}${ended.stderr}`)
  }
}

const program = ({ root }: BackupPrograms) => join(root, 'usr/bin/pgbackrest')
const configuration = (folder: string) => join(folder, 'pgbackrest.conf')
const environment = ({ libraries }: BackupPrograms) => ({ LD_LIBRARY_PATH: libraries, LC_ALL: 'C.UTF-8' })

const startServer = (
  programs: BackupPrograms,
  folder: string,
  port?: number,
  fill?: (cluster: string) => void,
): Promise<OwnPostgres> =>
  startOwnPostgres({
    binaries: programs.postgres,
    env: environment(programs),
    settings: {
      wal_level: 'replica',
      archive_mode: 'on',
      archive_timeout: 60,
      archive_command: `${program(programs)} --config=${configuration(folder)} --stanza=${STANZA} archive-push %p`,
      max_connections: 100,
    },
    ...(port === undefined ? {} : { port }),
    ...(fill ? { fill } : {}),
  })
