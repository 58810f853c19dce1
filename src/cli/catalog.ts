import { Command } from 'commander'
import { allEntities } from '../entities/all-entities.js'
import { runningServer } from '../startup/data-folder.js'
import { createStripeAdapter } from '../services/billing/providers/stripe/stripe-adapter.js'
import { createStripeClient } from '../services/billing/providers/stripe/stripe-client.js'
import { pushPrices } from '../services/billing/push-prices/push-prices.js'
import { readCatalogFile } from '../services/catalog/load/read-catalog-file.js'
import { readConfig } from '../services/kernel/config/config.js'
import { openDatabase } from '../services/kernel/database/database.js'
import { AppError } from '../services/kernel/errors/app-error.js'
import { createLogger } from '../services/kernel/logger/logger.js'
import { createMetrics } from '../services/kernel/metrics/metrics.js'

const program = new Command('catalog').description('Looks after the catalog.')

program
  .command('check')
  .description('reads the catalog file and names everything that is wrong with it')
  .argument('[catalog]', 'a name in catalogs/ or a path; left out: CATALOG')
  .action((given?: string) => {
    const definition = readCatalogFile(given ?? readConfig(process.env).catalog)
    process.stdout.write(
      `${definition.business}: ${definition.plans.length} plans, ${definition.packages.length} packages, ${definition.templates.length} templates\n`,
    )
  })

program
  .command('push')
  .description(
    'creates at the payment provider what the catalog sells and the provider does not have (the sandbox gets it at start)',
  )
  .action(async () => {
    const config = readConfig(process.env)
    if (!config.stripe) throw new AppError('CONFIGURATION', 'STRIPE_SECRET_KEY: missing; it says where to push to')
    const url = config.databaseUrl ?? runningServer(config.dataDir)?.databaseUrl
    if (!url)
      throw new AppError(
        'CONFIGURATION',
        'the catalog is pushed from the database that it was loaded into: start the server first, or set DATABASE_URL',
      )
    const database = await openDatabase({ url, entities: allEntities, migrations: [], poolSize: 2 })
    try {
      const adapter = createStripeAdapter({
        client: createStripeClient(config.stripe),
        webhookSecrets: [],
        mode: config.mode,
        metrics: createMetrics(),
      })
      const pushed = await pushPrices(
        { database, log: createLogger('info') },
        adapter,
        readCatalogFile(config.catalog).business,
      )
      process.stdout.write(`${pushed} prices pushed\n`)
    } finally {
      await database.close()
    }
  })

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`stackgate: ${(error as Error).message}\n`)
  process.exitCode = 1
})
