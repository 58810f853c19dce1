import { QUEUES } from '#services/kernel/claim-loop/queues.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { listMigrations } from '#services/kernel/backup/backup.sql.js'
import { readQueues, type QueueStats } from '#services/kernel/claim-loop/read-queues.js'
import { describeServer } from './doctor.sql.js'
import { ok, problem, warning, type Finding } from '#services/kernel/doctor/finding.js'

const MAJOR = 15
/** The last version that the tests run on. */
const LATEST = 18

/** Checks the version of PostgreSQL and the migrations. */
export async function checkDatabase(
  database: Sql,
  migrations: readonly string[],
  known: readonly string[],
): Promise<Finding[]> {
  const { version, hasMigrations } = (await database.row(describeServer))!
  const applied = hasMigrations ? (await database.rows(listMigrations)).map(({ name }) => name) : []
  return [decideVersion(version), ...decideMigrations(applied, migrations, known)]
}

export function decideVersion(version: string): Finding {
  const major = Number.parseInt(version, 10)
  const found = `PostgreSQL ${version}`
  if (major < MAJOR) return problem('database', found, `use PostgreSQL ${MAJOR} to ${LATEST}`)
  return major > LATEST
    ? warning(
        'database',
        found,
        `this release was tested with PostgreSQL ${MAJOR} to ${LATEST}: read its release notes`,
      )
    : ok('database', found)
}

/** Compares the applied migrations with those of this release. */
export function decideMigrations(
  applied: readonly string[],
  migrations: readonly string[],
  known: readonly string[] = migrations,
): Finding[] {
  const pending = migrations.filter((name) => !applied.includes(name))
  const later = applied.filter((name) => !known.includes(name))
  if (pending.length && applied.length === 0)
    return [
      problem(
        'migrations',
        'the database has no tables of Stackgate',
        'start a server of this release, which creates them, or correct the database in DATABASE_URL',
      ),
    ]
  if (pending.length)
    return [
      problem(
        'migrations',
        `${pending.length} migrations are pending, first ${pending[0]}`,
        'create a backup, then start a server of this release; it migrates first',
      ),
    ]
  if (later.length)
    return [
      warning(
        'migrations',
        `the database has ${later.length} migrations unknown to this release (${later.join(', ')})`,
        'a newer release has run on it: finish the upgrade',
      ),
    ]
  return [ok('migrations', `all ${migrations.length} are applied`)]
}

/** A worker polls once a second; rows that wait longer have no worker. */
const STUCK_SECONDS = 120

/** True if work is done: nothing waits for long, nothing rests dead. */
export async function checkQueues(
  installation: Parameters<typeof readQueues>[0],
  businessTime: Date,
): Promise<Finding[]> {
  return decideQueues(await readQueues(installation, businessTime))
}

export function decideQueues(queues: readonly QueueStats[]): Finding[] {
  return queues.map(({ queue, waiting, oldestSeconds, dead }) => {
    const check = `queue_${queue}`
    const said = `${waiting} wait${waiting ? `, the oldest for ${Math.round(oldestSeconds)} s` : ''}, ${dead} are dead`
    if (oldestSeconds > STUCK_SECONDS)
      return problem(check, said, 'start a process with ROLE=all or ROLE=worker, or check its log')
    if (dead) return warning(check, said, QUEUES[queue].remedy ?? '')
    return ok(check, said)
  })
}
