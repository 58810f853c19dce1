import { Command, Option } from 'commander'
import { allEntities } from '../entities/all-entities.js'
import { readRunningServer } from '../startup/data-folder.js'
import { withRunningKeys } from '../startup/provider-keys.js'
import { describeStep } from '../services/billing/catalog-push/decide-push.js'
import { describeOffers } from '../services/billing/catalog-push/describe-offers.js'
import { planPush, pushCatalog } from '../services/billing/catalog-push/push-catalog.js'
import type { PaymentPort } from '../services/billing/providers/port.js'
import type { CatalogDefinition } from '../services/catalog/definition/types.js'
import { loadCatalog, plannedCatalogChanges } from '../services/catalog/load/load-catalog.js'
import { readCatalogFile } from '../services/catalog/load/read-catalog-file.js'
import { CATALOG_FILE_TOPIC } from '../services/catalog/snapshot/open-catalog.js'
import { describeCatalogChange } from '../services/catalog/versions/describe-change.js'
import { readSnapshot } from '../services/catalog/snapshot/read-snapshot.js'
import { readConfig, type Config } from '../services/kernel/config/config.js'
import { createSources } from '../services/kernel/context/sources.js'
import { openDatabase, type Database } from '../services/kernel/database/database.js'
import { AppError } from '../services/kernel/errors/app-error.js'
import { createLogger, type Logger } from '../services/kernel/logger/logger.js'
import { openNotifier } from '../services/kernel/notifier/notifier.js'
import { createMetrics } from '../services/kernel/metrics/metrics.js'
import { createProviders } from '../wiring/providers.js'

const program = new Command('catalog')
  .description('Manages the catalog locally and at the payment provider.')
  .addOption(new Option('--provider <name>', 'payment provider').choices(['stripe', 'paypal']).default('stripe'))
const say = (line: string) => process.stdout.write(`${line}\n`)

program
  .command('check')
  .description('validates the catalog file and prints every error')
  .argument('[catalog]', 'name in catalogs/, or a path (default: CATALOG)')
  .action((given?: string) => {
    const definition = readCatalogFile(given ?? readConfig(process.env).catalog)
    say(
      `${definition.business}: ${definition.plans.length} plans, ${definition.packages.length} packages, ${definition.templates.length} templates`,
    )
  })

program
  .command('push')
  .description(
    'loads the catalog file and pushes it to the payment provider: creates, renames and archives products and prices (the sandbox receives it at start)',
  )
  .option('--dry-run', 'print the steps without running them')
  .action(async ({ dryRun }: { dryRun?: boolean }) => {
    await atProvider(async (parts) => {
      if (dryRun) return void (await sayDifference(parts))
      const loaded = await loadCatalog(parts.database, parts.definition)
      if (loaded > 0) say(`${loaded} changes of the catalog file loaded`)
      const catalog = await readSnapshot(parts.database, parts.definition)
      const steps = await pushCatalog(parts, parts.port, catalog, (step, done, total) =>
        say(`[${done + 1}/${total}] ${describeStep(step)}`),
      )
      await notifyServers(parts)
      say(steps.length === 0 ? 'nothing to do: the provider matches the catalog' : `${steps.length} steps done`)
    })
  })

program
  .command('diff')
  .description('prints differences from the catalog; exit code 1 if there are any')
  .action(async () => {
    await atProvider(async (parts) => {
      if ((await sayDifference(parts)) > 0) process.exitCode = 1
    })
  })

program
  .command('pull')
  .description("lists the provider's products, prices and meters")
  .option('--json', 'JSON output')
  .action(async ({ json }: { json?: boolean }) => {
    await atProvider(async ({ port }) => {
      const offers = await port.listOffers()
      if (json) say(JSON.stringify(offers, null, 2))
      else for (const line of describeOffers(offers)) say(line)
    })
  })

/** Prints the changes that loading the file would make here, and those that a push would make at the provider. */
async function sayDifference({ database, log, port, definition }: Parts): Promise<number> {
  const changes = await plannedCatalogChanges(database, definition)
  for (const change of changes) say(`would load ${describeCatalogChange(change)}`)
  const steps = await planPush({ database, log }, port, await readSnapshot(database, definition))
  for (const step of steps) say(`would ${describeStep(step)}`)
  const count = changes.length + steps.length
  say(count === 0 ? 'no difference: provider matches the catalog' : `${count} differences`)
  return count
}

/** Running servers sell from memory, so that they must reload the catalog. */
async function notifyServers({ databaseUrl: url, database, log }: Parts): Promise<void> {
  const notifier = await openNotifier({
    ...createSources(),
    url,
    database,
    log,
    recentTopics: () => Promise.resolve([]),
  })
  notifier.notify([CATALOG_FILE_TOPIC])
  await notifier.close()
}

interface Parts {
  readonly database: Database
  readonly databaseUrl: string
  readonly log: Logger
  readonly port: PaymentPort
  readonly definition: CatalogDefinition
}

/**
 * Opens the requirements of a reconciliation: the running server's database, and its keys or those of the environment.
 */
async function atProvider(work: (parts: Parts) => Promise<void>): Promise<void> {
  const config = readConfig(process.env)
  const running = readRunningServer(config.dataDir)
  const databaseUrl = config.databaseUrl ?? running?.databaseUrl
  if (!databaseUrl)
    throw new AppError(
      'CONFIGURATION',
      'no database with a catalog to compare with: start the server first, or set DATABASE_URL',
    )
  const database = await openDatabase({
    ...createSources(),
    url: databaseUrl,
    entities: allEntities,
    migrations: [],
    poolSize: 2,
  })
  try {
    const port = providerOf(config, running, program.opts<{ provider: string }>().provider)
    const definition = readCatalogFile(config.catalog)
    await work({ database, databaseUrl, log: createLogger(config.logLevel), port, definition })
  } finally {
    await database.close()
  }
}

/** The provider with the keys of the environment or of the running server. */
function providerOf(config: Config, running: ReturnType<typeof readRunningServer>, name: string): PaymentPort {
  const wanted = name.toUpperCase()
  const port = Object.values(
    createProviders(
      { ...createSources(), config: withRunningKeys(config, running), metrics: createMetrics() },
      { stripeWebhookSecrets: [] },
    ),
  ).find(({ provider }) => provider === wanted)
  if (port) return port
  throw new AppError(
    'CONFIGURATION',
    wanted === 'PAYPAL'
      ? 'PAYPAL_CLIENT_ID, PAYPAL_CLIENT_SECRET, PAYPAL_WEBHOOK_ID: missing; PayPal requires them'
      : 'STRIPE_SECRET_KEY: missing; Stripe requires it',
  )
}

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`stackgate: ${(error as Error).message}\n`)
  process.exitCode = 1
})
