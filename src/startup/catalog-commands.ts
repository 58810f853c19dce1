import { readRunningServer } from './data-folder.js'
import { withEndpointSettings, withRunningKeys } from './provider-keys.js'
import { describeStep } from '../services/billing/catalog-push/decide-push.js'
import { describeOffers } from '../services/billing/catalog-push/describe-offers.js'
import { planPush, pushCatalog } from '../services/billing/catalog-push/push-catalog.js'
import { onlyProvider } from '../services/billing/model/choose-provider.js'
import type { PaymentPort } from '../services/billing/providers/port.js'
import { CatalogFileError, printIssue } from '../services/catalog/definition/catalog-file-error.js'
import type { CatalogDefinition } from '../services/catalog/definition/types.js'
import { loadCatalogFile, nextCatalog } from '../services/catalog/load/catalog-versions.js'
import { plannedCatalogChanges } from '../services/catalog/load/load-catalog.js'
import { readCatalogFile } from '../services/catalog/load/read-catalog-file.js'
import { CATALOG_TOPIC } from '../services/catalog/snapshot/open-catalog.js'
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
  /** `stripe` or `paypal`. Default: the only one with keys. */
  readonly provider?: string | undefined
  /** Receives lines of progress. */
  readonly say: (line: string) => void
}

/** Contents of a valid catalog file. */
export interface CatalogSummary {
  readonly business: string
  readonly plans: number
  readonly packages: number
  readonly templates: number
}

/** Changes and steps of a push. */
export interface CatalogDifference {
  /** Changes of the file that the database does not have, as sentences. */
  readonly changes: readonly string[]
  /** Steps at the provider, as sentences. */
  readonly steps: readonly string[]
}

/** Products, prices and meters of the provider, and a line of text for each. */
export interface ProviderOffers {
  readonly offers: Awaited<ReturnType<PaymentPort['listOffers']>>
  readonly lines: readonly string[]
}

/** Validates a catalog file: a name in catalogs/, a path, or that of CATALOG. */
export function checkCatalog(env: NodeJS.ProcessEnv, given?: string): CatalogSummary | CatalogProblems {
  try {
    const { business, plans, packages, templates } = readCatalogFile(given ?? readConfig(env).catalog)
    return { business, plans: plans.length, packages: packages.length, templates: templates.length }
  } catch (error) {
    if (error instanceof CatalogFileError) return { problems: error.problems.map(printIssue) }
    throw error
  }
}

/** Mistakes of a catalog file, one line each. */
export interface CatalogProblems {
  readonly problems: readonly string[]
}

/** Loads the catalog file, unless an operator has published another catalog since it was changed, and pushes the catalog to the provider. */
export const pushToProvider = (command: CatalogCommand): Promise<CatalogDifference> =>
  atProvider(command, async (parts) => {
    const changes = await plannedCatalogChanges(parts.database, parts.definition)
    const { definition, changes: loaded, insteadOfFile } = await loadCatalogFile(parts.database, parts.catalog)
    if (loaded > 0) command.say(`${loaded} ${loaded === 1 ? 'change' : 'changes'} of the catalog file loaded`)
    if (insteadOfFile)
      command.say(
        `version ${insteadOfFile.number}, which an operator published, counts: the file was not changed since`,
      )
    const catalog = await readSnapshot(parts.database, definition)
    const steps = await pushCatalog(parts, parts.port, catalog, (step, done, total) =>
      command.say(`[${done + 1}/${total}] ${describeStep(step)}`),
    )
    await notifyServers(parts)
    return { changes: changes.map(describeCatalogChange), steps: steps.map(describeStep) }
  })

/** The changes that loading the file would make here, and those that a push would make at the provider. */
export const catalogDifference = (command: CatalogCommand): Promise<CatalogDifference> =>
  atProvider(command, async ({ database, log, port, definition }) => {
    const changes = await plannedCatalogChanges(database, definition)
    const steps = await planPush({ database, log }, port, await readSnapshot(database, definition))
    return { changes: changes.map(describeCatalogChange), steps: steps.map(describeStep) }
  })

/** Reads the products, prices and meters of the provider. */
export const providerOffers = (command: CatalogCommand): Promise<ProviderOffers> =>
  atProvider(command, async ({ port }) => {
    const offers = await port.listOffers()
    return { offers, lines: [...describeOffers(offers)] }
  })

/** Running servers sell from memory, so that they must reload the catalog. */
async function notifyServers({ databaseUrl: url, database, log }: Parts): Promise<void> {
  const notifier = await openNotifier({
    ...createSources(),
    url,
    database,
    log,
    recentTopics: () => Promise.resolve([]),
  })
  notifier.notify([CATALOG_TOPIC])
  await notifier.close()
}

interface Parts {
  readonly database: Database
  readonly databaseUrl: string
  readonly log: Logger
  readonly port: PaymentPort
  /** A name in `catalogs/` or a path. */
  readonly catalog: string
  /** The catalog that a start would load. */
  readonly definition: CatalogDefinition
}

/**
 * Opens the requirements of a reconciliation: the running server's database, and its keys or those of the environment.
 */
async function atProvider<Result>(
  { env, provider }: CatalogCommand,
  work: (parts: Parts) => Promise<Result>,
): Promise<Result> {
  const config = readConfig(withEndpointSettings(env))
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
    const port = configuredPort(config, running, provider)
    const { catalog } = config
    const definition = await nextCatalog(database, catalog)
    return await work({ database, databaseUrl, log: createLogger(config.logLevel), port, catalog, definition })
  } finally {
    await database.close()
  }
}

/** The provider with the keys of the environment or of the running server. */
function configuredPort(config: Config, running: ReturnType<typeof readRunningServer>, name?: string): PaymentPort {
  const providers = createProviders(
    { ...createSources(), config: withRunningKeys(config, running), metrics: createMetrics() },
    { stripeWebhookSecrets: [] },
  )
  const wanted = name?.toUpperCase() ?? onlyProvider({ providers })
  const port = Object.values(providers).find(({ provider }) => provider === wanted)
  if (port) return port
  const names = Object.keys(providers).map((each) => each.toLowerCase())
  if (!name && names.length > 0)
    throw new AppError(
      'CONFIGURATION',
      `several payment providers have keys: name one with --provider ${names.join(' or --provider ')}`,
    )
  throw new AppError(
    'CONFIGURATION',
    wanted === 'PAYPAL'
      ? 'PAYPAL_CLIENT_ID, PAYPAL_CLIENT_SECRET, PAYPAL_WEBHOOK_ID: missing; PayPal requires them'
      : 'STRIPE_SECRET_KEY: missing; Stripe requires it',
  )
}
