import type { CatalogSnapshot } from '../snapshot/catalog-snapshot.js'
import type { Config } from '#services/kernel/config/config.js'
import type { Declared } from '#services/kernel/context/declared.js'
import { remedyOf } from '#services/kernel/database/connection-error.js'
import type { Database } from '#services/kernel/database/database.js'
import type { Logger } from '#services/kernel/logger/logger.js'
import { checkDatabaseClock } from '#services/kernel/doctor/check-clock.js'
import { checkDatabase, checkQueues } from './check-database.js'
import { checkDashboardSignIn } from './check-dashboard-sign-in.js'
import { decideGoLive } from './check-go-live.js'
import { checkDisk } from './check-machine.js'
import { checkPooler } from './check-pooler.js'
import { checkServer } from './check-server.js'
import { checkSealed } from './check-sealed.js'
import { checked, ok, problem, skipped, warning, type Finding } from '#services/kernel/doctor/finding.js'
import type { Timers } from '#services/kernel/time/timers.js'

/** Dependencies of all checks of the doctor. */
export interface Examined {
  readonly config: Config
  /** The configuration with the keys of the running server where the environment has none. */
  readonly runningConfig: Config
  readonly database: Database
  readonly timers: Timers
  readonly log: Logger
  readonly declared: Declared
  /** The catalog as loaded in the database. */
  readonly catalog: () => Promise<CatalogSnapshot>
  readonly goLive: boolean
}

/** Checks of a module. */
export interface ModuleChecks {
  /** Checks settings. */
  readonly settings: (config: Config) => readonly Finding[]
  /** Checks what needs a database with the schema of this release. */
  readonly state: (examined: Examined) => Promise<readonly Finding[]>
}

/** Dependencies of the doctor's checks. */
export interface DoctorInput extends Examined {
  /** Migrations of the installed modules. */
  readonly migrations: readonly string[]
  /** Migrations of all modules of this release. */
  readonly knownMigrations: readonly string[]
  /** The moment that the business clock shows. */
  readonly businessTime: () => Promise<Date>
  readonly secretsKeys: readonly string[]
  readonly checks: readonly Partial<ModuleChecks>[]
}

/** Runs all checks in order; a check that cannot run is a finding as well. Read-only. */
export async function runChecks(patient: DoctorInput): Promise<Finding[]> {
  const { config, database, timers } = patient
  const asks = (error: unknown) => remedyOf(error) ?? 'check DATABASE_URL and the log of the database'
  const found = [
    configuration(config),
    ...patient.checks.flatMap(({ settings }) => settings?.(config) ?? []),
    checkDisk(config.dataDir),
    ...(await checked('database', () => checkDatabase(database, patient.migrations, patient.knownMigrations), asks)),
    ...(await checked('database_settings', () => checkServer(database, config), asks)),
  ]
  if (config.databasePoolerUrl) found.push(...(await checkPooler(config.databasePoolerUrl, timers)))
  if (config.natsUrl) {
    const { checkNats } = await import('./check-nats.js')
    found.push(...(await checkNats(config.natsUrl)))
  }
  const usable = !found.some(({ check, status }) => ['database', 'migrations'].includes(check) && status === 'problem')
  if (!usable) return [...found, skipped('everything_else', 'requires the database schema of this release')]
  found.push(
    ...(await checked('database_clock', () => checkDatabaseClock(database, timers), asks)),
    ...(await checked('queues', async () => checkQueues(patient, await patient.businessTime()), asks)),
    ...(await checked(
      'sealed_secrets',
      () => checkSealed(database, patient.declared.sealed, patient.secretsKeys),
      'see docs/operations.md, keys',
    )),
    ...(await reachable(timers, config)),
    ...(await checkDashboardSignIn(config, timers)),
  )
  if (patient.goLive) found.push(...decideGoLive(config))
  for (const { state } of patient.checks) if (state) found.push(...(await state(patient)))
  return found
}

function configuration(config: Config): Finding {
  const { mode, role, catalog, warnings } = config
  const said = `${mode} mode, role ${role}, catalog ${catalog}`
  return warnings.length
    ? warning('configuration', `${said}; ${warnings.join('; ')}`, 'see docs/configuration.md')
    : ok('configuration', said)
}

/** True if PUBLIC_URL leads to a server, as seen from here. */
function reachable(timers: Timers, { publicUrl, mode }: Config): Promise<Finding[]> {
  const url = new URL('health/live', publicUrl)
  const todo = `check that a server runs and that the proxy forwards ${publicUrl.href} to it`
  return (async () => {
    const answer = await fetch(url, { signal: timers.timeoutSignal(5_000), redirect: 'manual' }).catch(
      (error: Error) => error,
    )
    if (answer instanceof Error)
      return [
        (mode === 'live' ? problem : warning)('public_url', `${url.href} does not respond (${answer.message})`, todo),
      ]
    return answer.status === 200
      ? [ok('public_url', `${url.href} answers`)]
      : [problem('public_url', `${url.href} answers ${answer.status}`, todo)]
  })()
}
