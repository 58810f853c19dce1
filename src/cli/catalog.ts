import { Command } from 'commander'
import { allEntities } from '../entities/all-entities.js'
import { runningServer } from '../startup/data-folder.js'
import { describeStep, type PushStep } from '../services/billing/catalog-push/decide-push.js'
import { planPush, pushCatalog } from '../services/billing/catalog-push/push-catalog.js'
import type { PaymentPort } from '../services/billing/providers/port.js'
import { createStripeAdapter } from '../services/billing/providers/stripe/stripe-adapter.js'
import { createStripeClient } from '../services/billing/providers/stripe/stripe-client.js'
import { readCatalogFile } from '../services/catalog/load/read-catalog-file.js'
import type { CatalogSnapshot } from '../services/catalog/snapshot/catalog-snapshot.js'
import { readSnapshot } from '../services/catalog/snapshot/read-snapshot.js'
import { readConfig } from '../services/kernel/config/config.js'
import { openDatabase, type Database } from '../services/kernel/database/database.js'
import { AppError } from '../services/kernel/errors/app-error.js'
import { createLogger } from '../services/kernel/logger/logger.js'
import { createMetrics } from '../services/kernel/metrics/metrics.js'
import { toDecimal } from '../services/kernel/money/money.js'

const program = new Command('catalog').description('Looks after the catalog, here and at the payment provider.')
const say = (line: string) => process.stdout.write(`${line}\n`)

program
  .command('check')
  .description('reads the catalog file and names everything that is wrong with it')
  .argument('[catalog]', 'a name in catalogs/ or a path; left out: CATALOG')
  .action((given?: string) => {
    const definition = readCatalogFile(given ?? readConfig(process.env).catalog)
    say(
      `${definition.business}: ${definition.plans.length} plans, ${definition.packages.length} packages, ${definition.templates.length} templates`,
    )
  })

program
  .command('push')
  .description(
    'makes the payment provider sell what the catalog says: creates, renames, archives (the sandbox gets it at start)',
  )
  .option('--dry-run', 'only say what would be done')
  .action(async ({ dryRun }: { dryRun?: boolean }) => {
    await atProvider(async (context, port, catalog) => {
      if (dryRun) return sayDifference(await planPush(context, port, catalog))
      const steps = await pushCatalog(context, port, catalog, (step, done, total) =>
        say(`[${done + 1}/${total}] ${describeStep(step)}`),
      )
      say(steps.length === 0 ? 'nothing to do: the provider sells what the catalog says' : `${steps.length} steps done`)
    })
  })

program
  .command('diff')
  .description('says in what the provider differs from the catalog; ends with 1 when it does')
  .action(async () => {
    await atProvider(async (context, port, catalog) => {
      const steps = await planPush(context, port, catalog)
      sayDifference(steps)
      if (steps.length > 0) process.exitCode = 1
    })
  })

program
  .command('pull')
  .description('says what the provider has: products, prices and meters, ours and others')
  .option('--json', 'as JSON')
  .action(async ({ json }: { json?: boolean }) => {
    await atProvider(async (_context, port) => {
      const { products, prices, meters } = await port.listOffers()
      if (json) {
        say(JSON.stringify({ products, prices, meters }, null, 2))
        return
      }
      const state = (active: boolean) => (active ? '' : '  (archived)')
      for (const product of products) {
        say(`${product.externalId}  ${product.key ?? 'not of this catalog'}  ${product.name}${state(product.active)}`)
        for (const price of prices.filter(({ externalProductId }) => externalProductId === product.externalId))
          say(
            `  ${price.externalId}  ${toDecimal(price)} ${price.currency} ${price.interval.toLowerCase()}  ${price.lookupKey ?? ''}${state(price.active)}`,
          )
      }
      for (const meter of meters) say(`${meter.externalId}  meter ${meter.eventName}${state(meter.active)}`)
    })
  })

function sayDifference(steps: readonly PushStep[]): void {
  for (const step of steps) say(`would ${describeStep(step)}`)
  say(steps.length === 0 ? 'no difference: the provider sells what the catalog says' : `${steps.length} differences`)
}

type Work = (
  context: { database: Database; log: ReturnType<typeof createLogger> },
  port: PaymentPort,
  catalog: CatalogSnapshot,
) => Promise<void>

/** Opens what a comparison with the provider needs: the running server's database, and the keys of the environment. */
async function atProvider(work: Work): Promise<void> {
  const config = readConfig(process.env)
  const running = runningServer(config.dataDir)
  const stripe = config.stripe ?? running?.stripe
  if (!stripe) throw new AppError('CONFIGURATION', 'STRIPE_SECRET_KEY: missing; it says which provider to ask')
  const url = config.databaseUrl ?? running?.databaseUrl
  if (!url)
    throw new AppError(
      'CONFIGURATION',
      'the catalog is compared from the database that it was loaded into: start the server first, or set DATABASE_URL',
    )
  const database = await openDatabase({ url, entities: allEntities, migrations: [], poolSize: 2 })
  try {
    const port = createStripeAdapter({
      client: createStripeClient({ ...stripe, apiUrl: stripe.apiUrl && new URL(stripe.apiUrl) }),
      webhookSecrets: [],
      mode: config.mode,
      metrics: createMetrics(),
    })
    const catalog = await readSnapshot(database, readCatalogFile(config.catalog))
    await work({ database, log: createLogger(config.logLevel) }, port, catalog)
  } finally {
    await database.close()
  }
}

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`stackgate: ${(error as Error).message}\n`)
  process.exitCode = 1
})
