import { Command, Option } from 'commander'
import type { CatalogCommand } from '../startup/catalog-commands.js'

const program = new Command('catalog')
  .description('Manages the catalog locally and at the payment provider.')
  .addOption(new Option('--provider <name>', 'payment provider').choices(['stripe', 'paypal']).default('stripe'))
/** Loaded only when needed: the help and wrong options are printed without the server's modules. */
const commands = () => import('../startup/catalog-commands.js')
const parts = (): CatalogCommand => ({
  env: process.env,
  provider: program.opts<{ provider: string }>().provider,
  say: (line) => process.stdout.write(`${line}\n`),
})

program
  .command('check')
  .description('validates the catalog file and prints every error')
  .argument('[catalog]', 'name in catalogs/, or a path (default: CATALOG)')
  .action(async (given?: string) => (await commands()).checkCatalog(parts(), given))

program
  .command('push')
  .description(
    'loads the catalog file and pushes it to the payment provider: creates, renames and archives products and prices (the sandbox receives it at start)',
  )
  .option('--dry-run', 'print the steps without running them')
  .action(async ({ dryRun }: { dryRun?: boolean }) => {
    const { printDifference, pushToProvider } = await commands()
    await (dryRun ? printDifference(parts()) : pushToProvider(parts()))
  })

program
  .command('diff')
  .description('prints differences from the catalog; exit code 1 if there are any')
  .action(async () => {
    const { printDifference } = await commands()
    if ((await printDifference(parts())) > 0) process.exitCode = 1
  })

program
  .command('pull')
  .description("lists the provider's products, prices and meters")
  .option('--json', 'JSON output')
  .action(async ({ json = false }: { json?: boolean }) => (await commands()).printOffers(parts(), json))

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`stackgate: ${(error as Error).message}\n`)
  process.exitCode = 1
})
