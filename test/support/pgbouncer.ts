import { chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pooledDefaults } from '#services/kernel/database/session.js'
import { freePort } from './free-port.js'
import { missingProgram, startProgram, type ChildProgram } from './child-program.js'
import { runStatements } from './test-database.js'

/** Reason to skip tests with PgBouncer. Null if it is installed. */
export const noPgbouncer = (): string | null => missingProgram('pgbouncer')

/** PgBouncer does not run as root. */
const UNPRIVILEGED_UID = 65_534

/** PgBouncer with `deploy/pgbouncer.ini` before the server of the tests. It can be stopped and started again. */
export interface PgBouncer extends ChildProgram {
  /** The same database, by way of the pooler. */
  through(url: string): string
  close(): Promise<void>
}

export async function startPgBouncer(): Promise<PgBouncer> {
  const server = new URL(process.env['STACKGATE_TEST_SERVER']!)
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-pgbouncer-'))
  const port = await freePort()
  const [file, users] = [join(folder, 'pgbouncer.ini'), join(folder, 'userlist.txt')]
  // PgBouncer requires one also where the server trusts this machine.
  const password = decodeURIComponent(server.password) || 'unused'
  writeFileSync(users, `"${server.username}" "${password}"\n`)
  const shipped = readFileSync('deploy/pgbouncer.ini', 'utf8')
    .replace(/^stackgate = .*$/m, `* = host=${server.hostname} port=${server.port}`)
    .replace(/^listen_addr = .*$/m, 'listen_addr = 127.0.0.1')
    .replace(/^listen_port = .*$/m, `listen_port = ${port}`)
    .replace(/^auth_file = .*$/m, `auth_file = ${users}`)
  // Debian's default folder for its socket belongs to another user.
  writeFileSync(file, `${shipped}unix_socket_dir =\n`)
  const isRoot = process.getuid?.() === 0
  if (isRoot) for (const path of [folder, file, users]) chownSync(path, UNPRIVILEGED_UID, UNPRIVILEGED_UID)
  const program = await startProgram(
    'pgbouncer',
    [file],
    port,
    isRoot ? { uid: UNPRIVILEGED_UID, gid: UNPRIVILEGED_UID } : {},
  )
  return {
    ...program,
    through: (url) => Object.assign(new URL(url), { host: `127.0.0.1:${port}`, password }).href,
    close: async () => {
      await program.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Stores the settings of pooled sessions, as `npm run db -- prepare-pooler` does. */
export const preparePooler = (url: string): Promise<void> =>
  runStatements(url, pooledDefaults(new URL(url).pathname.slice(1)))
