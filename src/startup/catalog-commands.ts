import { readRunningServer } from './data-folder.js'
import { withRunningKeys } from './provider-keys.js'
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

export interface CatalogCommand {
  readonly env: NodeJS.ProcessEnv
  /** `stripe` or `paypal`. */
  readonly provider: string
  readonly say: (line: string) => void
}

/** Validates a catalog file: a name in catalogs/, a path, or that of CATALOG. */
export function checkCatalog({ env, say }: CatalogCommand, given?: string): void {
  const definition = readCatalogFile(given ?? readConfig(env).catalog)
  say(
    `${definition.business}: ${definition.plans.length} plans, ${definition.packages.length} packages, ${definition.templates.length} templates`,
  )
}

/** Loads the catalog file and pushes it to the provider. */
export async function pushToProvider(command: CatalogCommand): Promise<void> {
  const { say } = command
  await atProvider(command, async (parts) => {
    const loaded = await loadCatalog(parts.database, parts.definition)
    if (loaded > 0) say(`${loaded} changes of the catalog file loaded`)
    const catalog = await readSnapshot(parts.database, parts.definition)
    const steps = await pushCatalog(parts, parts.port, catalog, (step, done, total) =>
      say(`[${done + 1}/${total}] ${describeStep(step)}`),
    )
    await notifyServers(parts)
    say(steps.length === 0 ? 'nothing to do: the provider matches the catalog' : `${steps.length} steps done`)
  })
}

/** Prints the steps that a push would take. Returns their number. */
export const printDifference = (command: CatalogCommand): Promise<number> =>
  atProvider(command, (parts) => sayDifference(command, parts))

/** Prints the products, prices and meters of the provider. */
export async function printOffers(command: CatalogCommand, asJson: boolean): Promise<void> {
  await atProvider(command, async ({ port }) => {
    const offers = await port.listOffers()
    if (asJson) command.say(JSON.stringify(offers, null, 2))
    else for (const line of describeOffers(offers)) command.say(line)
  })
}

/** Prints the changes that loading the file would make here, and those that a push would make at the provider. */
async function sayDifference({ say }: CatalogCommand, { database, log, port, definition }: Parts): Promise<number> {
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
async function atProvider<Result>(
  { env, provider }: CatalogCommand,
  work: (parts: Parts) => Promise<Result>,
): Promise<Result> {
  const config = readConfig(env)
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
    migrations: [],
    poolSize: 2,
  })
  try {
    const port = providerOf(config, running, provider)
    const definition = readCatalogFile(config.catalog)
    return await work({ database, databaseUrl, log: createLogger(config.logLevel), port, definition })
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
