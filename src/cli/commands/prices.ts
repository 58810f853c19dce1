import { Option, type Command } from 'commander'
import type { ListedPrices } from '#startup/price-list-commands.js'
import { JSON_OPTION, printResult, type CommandContext } from '../command-context.js'
import { EXIT_CODE } from '../exit-code.js'

const STATUSES = ['proposed', 'applied', 'rejected', 'superseded', 'all']

/** Adds `prices`, which shows and decides changes of public price lists. The commands speak to the running server. */
export function addPricesCommand(program: Command, { env, setExitCode }: CommandContext): void {
  const prices = program.command('prices').description('changes of prices that public price lists propose')
  const load = async () => {
    const [commands, { openServerApi }] = await Promise.all([
      import('#startup/price-list-commands.js'),
      import('#startup/server-api.js'),
    ])
    return { commands, api: await openServerApi(env) }
  }
  const decide =
    (operation: 'ApplyPriceList' | 'RejectPriceList') =>
    async (id: string, { json, ...variables }: { json?: boolean; reason?: string }) => {
      const { commands, api } = await load()
      const outcome = await commands.decidePrices(api, operation, { id, ...variables })
      printResult(outcome, [outcome.denial ?? titleOf(outcome.priceList!)], json)
      if (outcome.denial !== null) setExitCode(EXIT_CODE.FOUND)
    }

  prices
    .command('list')
    .description('lists the newest changes with the prices of a million before and afterwards')
    .addOption(new Option('--status <status>', 'status of the changes').choices(STATUSES).default('proposed'))
    .option(...JSON_OPTION)
    .action(async ({ status, json }: { status: string; json?: boolean }) => {
      const { commands, api } = await load()
      const lists = await commands.listPrices(api, status === 'all' ? null : status.toUpperCase())
      printResult(lists, lists.length === 0 ? ['no list'] : lists.flatMap(linesOf), json)
    })

  prices
    .command('apply')
    .description('makes proposed prices count from now on; reservations keep theirs; exit code 1 for a denial')
    .argument('<id>', 'ID of the list')
    .option(...JSON_OPTION)
    .action(decide('ApplyPriceList'))

  prices
    .command('reject')
    .description('rejects proposed prices; the same changes are not proposed again; exit code 1 for a denial')
    .argument('<id>', 'ID of the list')
    .requiredOption('--reason <text>', 'reason, for the audit log')
    .option(...JSON_OPTION)
    .action(decide('RejectPriceList'))
}

const titleOf = ({ id, feature, status, changes, needsOperator }: ListedPrices): string =>
  `${id}  ${feature}  ${status}  ${changes.length} changes${status === 'PROPOSED' && needsOperator ? ', which wait for an operator' : ''}`

const linesOf = (list: ListedPrices): string[] => [
  titleOf(list),
  ...list.changes.map(lineOf),
  ...list.differences.map(
    ({ member, reason, modelCount, model }) =>
      `  ${member}: left out for ${modelCount} models (${reason}), first ${model}`,
  ),
]

/** A change, with its share unless the price is new or leaves the list. */
function lineOf({ value, quantity, above, before, after }: ListedPrices['changes'][number]): string {
  const percent = Math.round((Number(after) / Number(before) - 1) * 1_000) / 10
  const share = before === null || Number(after) === 0 ? '' : ` (${percent > 0 ? '+' : ''}${percent} %)`
  return `  ${value} ${quantity}${above === null ? '' : ` above ${above}`}: ${before ?? 'new'} → ${after}${share}`
}
