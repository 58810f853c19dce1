import { Command } from 'commander'
import { sql } from 'kysely'
import { allMigrations } from '#migrations/all-migrations.js'
import { allEntities } from '../entities/all-entities.js'
import { openCommandDatabase } from '../startup/command-database.js'
import { readRunningServer } from '../startup/data-folder.js'
import { withRunningKeys } from '../startup/provider-keys.js'
import { loadSecretsKeys } from '../startup/secret-keys.js'
import type { ProviderName } from '../services/billing/providers/port.js'
import { readCatalogFile } from '../services/catalog/load/read-catalog-file.js'
import { readSnapshot } from '../services/catalog/snapshot/read-snapshot.js'
import { readConfig, type Config } from '../services/kernel/config/config.js'
import { openDatabase, type Database } from '../services/kernel/database/database.js'
import { createLogger } from '../services/kernel/logger/logger.js'
import { createMetrics } from '../services/kernel/metrics/metrics.js'
import { runChecks, type DoctorInput } from '../services/ops/doctor/run-checks.js'
import { problem, type Finding } from '../services/ops/doctor/finding.js'
import { createProviderAccounts, createProviders } from '../wiring/providers.js'

const SIGNS: Record<Finding['status'], string> = {
  ok: 'ok      ',
  warning: 'warning ',
  problem: 'PROBLEM ',
  skipped: 'skipped ',
}
const line = ({ status, check, found, todo }: Finding): string =>
  `${SIGNS[status]}${check}: ${found}${todo ? `\n          → ${todo}` : ''}\n`

// `npm run doctor`: checks configuration, database, keys, providers and queues, and prints remedies. Exit code 1 if
// there is a problem.
const program = new Command('doctor')
  .description('checks configuration, database, keys and provider; read-only')
  .option('--go-live', 'also run the go-live checks')
  .option('--json', 'JSON output')
  .action(async ({ goLive = false, json }: { goLive?: boolean; json?: boolean }) => {
    const findings = await findAll(goLive)
    const sound = findings.every(({ status }) => status !== 'problem')
    process.stdout.write(json ? `${JSON.stringify({ ok: sound, findings })}\n` : findings.map(line).join(''))
    if (!sound) process.exitCode = 1
  })

/** An unreadable configuration or an unreachable database is a finding, not an error of the doctor. */
async function findAll(goLive: boolean): Promise<Finding[]> {
  let config: Config
  try {
    config = besideServer(readConfig(process.env))
    readCatalogFile(config.catalog)
  } catch (error) {
    return [
      problem(
        'configuration',
        (error as Error).message,
        'fix the listed settings; docs/configuration.md describes each one',
      ),
    ]
  }
  try {
    const server = await openCommandDatabase(config)
    const database = await openDatabase({
      url: server.url,
      entities: allEntities,
      migrations: [],
      mayOnlyRead: true,
      poolSize: 2,
    })
    try {
      return await runChecks(patient(config, database, goLive))
    } finally {
      await database.close()
      await server.close()
    }
  } catch (error) {
    return [problem('database', (error as Error).message, 'start the server once, or set DATABASE_URL')]
  }
}

/** Beside a sandbox that runs on the data folder, its own address is the public one unless another is set. */
function besideServer(config: Config): Config {
  const running = config.databaseUrl ? null : readRunningServer(config.dataDir)
  const published = process.env['PUBLIC_URL'] || process.env['PORT'] || process.env['HOST']
  return running?.url && !published ? { ...config, publicUrl: new URL(`${running.url.replace(/\/$/, '')}/`) } : config
}

function patient(config: Config, database: Database, goLive: boolean): DoctorInput {
  return {
    config,
    database,
    log: createLogger('silent'),
    migrations: allMigrations.map(({ name }) => name),
    catalog: () => readSnapshot(database, readCatalogFile(config.catalog)),
    businessTime: async () => {
      const stored = await database.query.selectFrom('business_clock').select('now').executeTakeFirst()
      if (config.mode === 'sandbox' && stored) return stored.now
      return (await database.query.selectNoFrom(sql<Date>`now()`.as('now')).executeTakeFirstOrThrow()).now
    },
    secretsKeys: loadSecretsKeys(config),
    providers: providers(config),
    goLive,
  }
}

/** Webhook routes of each provider. */
const PATHS: Readonly<Record<ProviderName, readonly string[]>> = {
  STRIPE: ['webhooks/stripe', 'api/webhooks/stripe', 'webhook/stripe', 'api/packages/webhook'],
  PAYPAL: ['webhooks/paypal'],
}

function providers(given: Config): DoctorInput['providers'] {
  const metrics = createMetrics()
  const config = withRunningKeys(given, readRunningServer(given.dataDir))
  const ports = createProviders(config, metrics, { stripeWebhookSecrets: [] })
  return createProviderAccounts(config, metrics).map((account) => ({
    account,
    port: ports[account.provider]!,
    paths: PATHS[account.provider],
  }))
}

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`stackgate: ${(error as Error).message}\n`)
  process.exitCode = 1
})
