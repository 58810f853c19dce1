import { commandLine } from '#services/kernel/command-line.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { describeStep } from '#services/billing/catalog-push/decide-push.js'
import { planPush } from '#services/billing/catalog-push/push-catalog.js'
import type { ProviderAccountPort } from '#services/billing/providers/account-port.js'
import type { PaymentPort } from '#services/billing/model/port.js'
import type { Config } from '#services/kernel/config/config.js'
import { remedyOf } from '#services/kernel/database/connection-error.js'
import type { Database } from '#services/kernel/database/database.js'
import type { Logger } from '#services/kernel/logger/logger.js'
import { checkDatabaseClock } from '#services/kernel/doctor/check-clock.js'
import { decideCurrencies } from '#services/billing/doctor/check-currencies.js'
import { checkDatabase, checkQueues } from './check-database.js'
import { checkDashboardSignIn } from './check-dashboard-sign-in.js'
import { checkKeyModes } from './check-keys.js'
import { checkGoLive } from '#services/billing/doctor/check-go-live.js'
import { checkDisk } from './check-machine.js'
import { checkPooler } from './check-pooler.js'
import { checkProvider } from '#services/billing/doctor/check-provider.js'
import { checkServer } from './check-server.js'
import { checkSealed } from './check-sealed.js'
import { checked, ok, problem, skipped, warning, type Finding } from '#services/kernel/doctor/finding.js'
import type { SealedColumn } from '#services/kernel/secrets/sealed-column.js'
import type { Timers } from '#services/kernel/time/timers.js'

/** Dependencies of the doctor's checks. */
export interface DoctorInput {
  readonly config: Config
  readonly database: Database
  readonly timers: Timers
  readonly log: Logger
  readonly migrations: readonly string[]
  /** The catalog as loaded in the database. */
  readonly catalog: () => Promise<CatalogSnapshot>
  /** The moment that the business clock shows. */
  readonly businessTime: () => Promise<Date>
  readonly secretsKeys: readonly string[]
  readonly sealed: readonly SealedColumn[]
  readonly providers: readonly {
    readonly port: PaymentPort
    readonly account: ProviderAccountPort
    readonly paths: readonly string[]
  }[]
  readonly goLive: boolean
}

/** Runs all checks in order; a check that cannot run is a finding as well. Read-only. */
export async function runChecks(patient: DoctorInput): Promise<Finding[]> {
  const { config, database, timers } = patient
  const asks = (error: unknown) => remedyOf(error) ?? 'check DATABASE_URL and the log of the database'
  const found = [
    configuration(config),
    ...checkKeyModes(config),
    checkDisk(config.dataDir),
    ...(await checked('database', () => checkDatabase(database, patient.migrations), asks)),
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
    ...(await checked('queues', async () => checkQueues(database, await patient.businessTime()), asks)),
    ...(await checked(
      'sealed_secrets',
      () => checkSealed(database, patient.sealed, patient.secretsKeys),
      'see docs/operations.md, keys',
    )),
    ...(await reachable(timers, config)),
    ...(await checkDashboardSignIn(config, timers)),
  )
  for (const provider of patient.providers)
    found.push(
      ...(await checkProvider(provider.account, timers, {
        mode: config.mode,
        addresses: provider.paths.map((path) => new URL(path, config.publicUrl)),
      })),
      ...(await prices(patient, provider.port)),
    )
  if (!patient.providers.length)
    found.push(
      warning(
        'providers',
        'no payment provider is configured',
        'set STRIPE_SECRET_KEY or PAYPAL_CLIENT_ID with what belongs to it, or start the server: it brings its sandbox',
      ),
    )
  if (patient.goLive)
    found.push(
      ...(await checked(
        'go_live',
        () =>
          checkGoLive(
            database,
            config,
            patient.providers.map(({ port }) => port.provider),
            timers,
          ),
        asks,
      )),
    )
  return found
}

function configuration(config: Config): Finding {
  const { mode, role, catalog, warnings } = config
  const said = `${mode} mode, role ${role}, catalog ${catalog}`
  return warnings.length
    ? warning('configuration', `${said}; ${warnings.join('; ')}`, 'see docs/configuration.md')
    : ok('configuration', said)
}

/** The provider sells what the catalog says, at its prices. */
function prices({ database, log, catalog, providers }: DoctorInput, port: PaymentPort): Promise<Finding[]> {
  const name = port.provider.toLowerCase()
  const check = `${name}_prices`
  return checked(
    check,
    async () => {
      const sold = await catalog()
      const configured = providers.map((each) => each.port.provider)
      const currencies = decideCurrencies(port.provider, configured, sold)
      const steps = await planPush({ database, log }, port, sold)
      if (!steps.length) return [...currencies, ok(check, 'provider matches the catalog')]
      const shown = steps.slice(0, 3).map(describeStep).join('; ')
      return [
        ...currencies,
        problem(
          check,
          `${steps.length} differences from the catalog: would ${shown}${steps.length > 3 ? '; …' : ''}`,
          `${commandLine(`catalog --provider ${name} diff`)}, then ${commandLine(`catalog --provider ${name} push`)}`,
        ),
      ]
    },
    `${commandLine('catalog check')}, and the key of the provider`,
  )
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
