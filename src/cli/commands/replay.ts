import { InvalidArgumentError, Option, type Command } from 'commander'
import { ALL_QUEUES } from '#services/kernel/claim-loop/queues.js'
import type { Replay, ReplayOptions } from '#startup/replay-commands.js'
import type { ServerApi } from '#startup/server-api.js'
import { JSON_OPTION, printResult, type CommandContext } from '../command-context.js'
import { requires } from '../required-module.js'
import { EXIT_CODE } from '../exit-code.js'

const EVENT_STATUSES = ['dead', 'deferred', 'ignored', 'processed', 'quarantined', 'received']
const QUEUES = ALL_QUEUES.flatMap(({ code, letter }) => (letter ? [code.toLowerCase()] : [])).toSorted()

interface CommonOptions {
  readonly all?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

type Commands = typeof import('#startup/replay-commands.js')
type Filter = Readonly<Record<string, string | string[] | boolean | undefined>>

/** Adds `replay` with its commands. They speak to the running server. */
export function addReplayCommand(program: Command, context: CommandContext): void {
  const replay = program.command('replay').description('processes events, or failed work of a queue, again')
  addEvents(replay, context)
  addDeadLetters(replay, context)
  addDeliveries(replay, context)
}

function addEvents(replay: Command, context: CommandContext): void {
  withCommonOptions(
    replay
      .command('events')
      .hook('preAction', requires('billing', context))
      .description('processes received events of payment providers again; without a difference nothing changes')
      .argument('[id...]', 'IDs of events, ours or the provider’s (default: those of a filter)')
      .addOption(new Option('--status <status...>', 'statuses (default: dead)').choices(EVENT_STATUSES))
      .addOption(new Option('--provider <name>', 'payment provider').choices(['stripe', 'paypal']))
      .option('--object <id>', 'ID of the object at the provider, for example sub_…')
      .option('--search <text>', 'a part of the reason of the status')
      .option('--account <account>', 'account, by ID or reference')
      .option('--from <time>', 'time of receipt, inclusive', time)
      .option('--to <time>', 'time of receipt, exclusive', time),
    context,
    ({ status, provider, ...filter }) => ({
      ...filter,
      ...(status === undefined ? {} : { statuses: upper(status) }),
      ...(provider === undefined ? {} : { provider: upperWord(provider) }),
    }),
    (commands, api, options, filter) => commands.replayEvents(api, { ...options, filter }),
  )
}

function addDeadLetters(replay: Command, context: CommandContext): void {
  withCommonOptions(
    replay
      .command('dead-letters')
      .hook('preAction', requires('operations', context))
      .description('puts work that failed back into its queue')
      .argument('[id...]', 'IDs of dead letters (default: those of a queue)')
      .addOption(new Option('--queue <queue>', 'queue').choices(QUEUES)),
    context,
    ({ queue }) => (queue === undefined ? {} : { queue: upperWord(queue) }),
    (commands, api, options, { queue }) =>
      commands.replayDeadLetters(api, { ...options, queue: queue as string | undefined }),
  )
}

function addDeliveries(replay: Command, context: CommandContext): void {
  withCommonOptions(
    replay
      .command('deliveries')
      .description('sends webhooks to endpoints again, under the same IDs')
      .argument('[id...]', 'IDs of deliveries (default: those of a filter)')
      .option('--endpoint <id>', 'endpoint (default: all of the account)')
      .option('--type <type...>', 'event types such as subscription.*')
      .addOption(
        new Option('--status <status...>', 'statuses (default: dead)').choices(['dead', 'delivered', 'pending']),
      )
      .option('--from <time>', 'time of creation, inclusive', time)
      .option('--to <time>', 'time of creation, exclusive', time)
      .option('--account <account>', 'account, by ID or reference')
      .option('--all-accounts', 'endpoints that receive the events of all accounts'),
    context,
    ({ endpoint, type, status, account, ...filter }) => ({
      ...filter,
      ...(endpoint === undefined ? {} : { webhookEndpointId: endpoint }),
      ...(type === undefined ? {} : { types: type }),
      ...(status === undefined ? {} : { statuses: upper(status) }),
      ...(account === undefined ? {} : { accountId: account }),
    }),
    (commands, api, options, filter) => commands.replayDeliveries(api, { ...options, filter }),
  )
}

const upperWord = (word: unknown): string => (word as string).toUpperCase()
const upper = (words: unknown): string[] => (words as string[]).map(upperWord)

function time(text: string): string {
  const at = new Date(text)
  if (Number.isNaN(at.getTime())) throw new InvalidArgumentError('must be an ISO time such as 2026-01-31T12:00:00Z')
  return at.toISOString()
}

function withCommonOptions(
  command: Command,
  { env, setExitCode }: CommandContext,
  filterOf: (options: Filter) => Filter,
  run: (commands: Commands, api: ServerApi, options: ReplayOptions, filter: Filter) => Promise<Replay>,
): void {
  command
    .option('--all', 'without a filter: everything that failed')
    .option('--dry-run', 'prints what would be replayed')
    .option(...JSON_OPTION)
    .action(async (ids: string[], { all = false, dryRun = false, json, ...options }: CommonOptions & Filter) => {
      const filter = filterOf(options)
      const isFiltered = Object.keys(filter).length > 0
      if (ids.length === 0 && !isFiltered && !all)
        throw new Error('give IDs or a filter, or --all for everything that failed')
      if (ids.length > 0 && (isFiltered || all)) throw new Error('give either IDs or a filter')
      const [commands, { openServerApi }] = await Promise.all([
        import('#startup/replay-commands.js'),
        import('#startup/server-api.js'),
      ])
      const result = await run(commands, await openServerApi(env), { ids, dryRun }, filter)
      printResult(result, linesOf(result), json)
      if (result.items.some((item) => item.denial !== undefined)) setExitCode(EXIT_CODE.FOUND)
    })
}

function linesOf({ dryRun, matchedCount, replayedCount, items }: Replay): string[] {
  const lines = items.map(
    ({ id, summary, reason, denial }) =>
      `${id}  ${summary}${reason === null ? '' : `: ${reason}`}${denial ? `  → ${denial}` : ''}`,
  )
  return [...lines, dryRun ? `${matchedCount} would be replayed` : `${replayedCount} of ${matchedCount} replayed`]
}
