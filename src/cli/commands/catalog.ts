import { Option, type Command } from 'commander'
import type { CatalogCommand, CatalogDifference } from '#startup/catalog-commands.js'
import { JSON_OPTION, printProgress, printResult, type CommandContext } from '../command-context.js'
import { requires } from '../required-module.js'
import { EXIT_CODE } from '../exit-code.js'

/** Loaded only when needed: the help and wrong options are printed without the server's modules. */
const commands = () => import('#startup/catalog-commands.js')

/** Adds `catalog` with its commands. */
export function addCatalogCommand(program: Command, { env, setExitCode }: CommandContext): void {
  const catalog = program
    .command('catalog')
    .description('manages the catalog locally and at the payment provider')
    .addOption(
      new Option('--provider <name>', 'payment provider (default: the only one with keys)').choices([
        'stripe',
        'paypal',
      ]),
    )
  const parts = (): CatalogCommand => ({
    env,
    provider: catalog.opts<{ provider?: string }>().provider,
    say: printProgress,
  })

  catalog
    .command('check')
    .description('validates the catalog file and prints every error')
    .argument('[catalog]', 'name in catalogs/, or a path (default: CATALOG)')
    .option(...JSON_OPTION)
    .action(async (given: string | undefined, { json }: { json?: boolean }) => {
      const found = (await commands()).checkCatalog(env, given)
      if ('problems' in found) {
        setExitCode(EXIT_CODE.FOUND)
        return printResult(found, found.problems, json)
      }
      const { business, plans, packages, templates } = found
      printResult(found, [`${business}: ${plans} plans, ${packages} packages, ${templates} templates`], json)
    })

  catalog
    .command('push')
    .hook('preAction', requires('billing', { env }))
    .description(
      'loads the catalog file and pushes it to the payment provider: creates, renames and archives products and prices (the sandbox receives it at start)',
    )
    .option('--dry-run', 'print the steps without running them')
    .option(...JSON_OPTION)
    .action(async ({ dryRun, json }: { dryRun?: boolean; json?: boolean }) => {
      const { catalogDifference, pushToProvider } = await commands()
      if (dryRun) return printDifference(await catalogDifference(parts()), json)
      const done = await pushToProvider(parts())
      const { length } = done.steps
      printResult(
        done,
        [length === 0 ? 'nothing to do: the provider matches the catalog' : `${length} steps done`],
        json,
      )
    })

  catalog
    .command('diff')
    .hook('preAction', requires('billing', { env }))
    .description('prints differences from the catalog; exit code 1 if there are any')
    .option(...JSON_OPTION)
    .action(async ({ json }: { json?: boolean }) => {
      const found = await (await commands()).catalogDifference(parts())
      printDifference(found, json)
      if (found.changes.length + found.steps.length > 0) setExitCode(EXIT_CODE.FOUND)
    })

  catalog
    .command('pull')
    .hook('preAction', requires('billing', { env }))
    .description("lists the provider's products, prices and meters")
    .option(...JSON_OPTION)
    .action(async ({ json }: { json?: boolean }) => {
      const { offers, lines } = await (await commands()).providerOffers(parts())
      printResult(offers, lines, json)
    })
}

function printDifference(found: CatalogDifference, json?: boolean): void {
  const count = found.changes.length + found.steps.length
  const lines = [
    ...found.changes.map((change) => `would load ${change}`),
    ...found.steps.map((step) => `would ${step}`),
    count === 0 ? 'no difference: provider matches the catalog' : `${count} differences`,
  ]
  printResult(found, lines, json)
}
