import { InvalidArgumentError, Option, type Command } from 'commander'
import type { LogLine, LogOptions } from '#startup/read-logs.js'
import { JSON_OPTION, printProgress, printResult, type CommandContext } from '../command-context.js'
import { requires } from '../required-module.js'

const MAX_LINES = 1_000

const number = (maximum: number, what: string) => (text: string) => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > maximum)
    throw new InvalidArgumentError(`must be ${what} between 1 and ${maximum}`)
  return value
}

/** Adds `logs`, which reads the log of a deployment through its agent. */
export function addLogsCommand(program: Command, { env }: CommandContext): void {
  program
    .command('logs')
    .hook('preAction', requires('deployments', { env }))
    .description('prints the log of an application of a deployment, as its agent reads it')
    .argument('<deployment>', 'hash or ID of the deployment')
    .option('--app <code>', 'application (default: the only one)')
    .option('--container <name>', "container (default: the application's)")
    .addOption(new Option('--stream <stream>', 'only this stream').choices(['stdout', 'stderr']))
    .option('--lines <number>', 'maximum number of lines of one reading', number(MAX_LINES, 'a number of lines'), 400)
    .option('--follow', 'continues with new lines until Ctrl-C', false)
    .option('--interval <seconds>', 'time between readings with --follow', number(3_600, 'seconds'), 4)
    .option(JSON_OPTION[0], 'prints the result as JSON; with --follow, one object for each line')
    .action(async (deployment: string, { json, ...options }: Omit<LogOptions, 'deployment'> & { json?: boolean }) => {
      const [{ openServerApi }, { readLogs }] = await Promise.all([
        import('#startup/server-api.js'),
        import('#startup/read-logs.js'),
      ])
      const api = await openServerApi(env)
      const { follow } = options
      const pages = readLogs(api, { ...options, deployment }, printProgress, stopSignal())
      for await (const { lines, truncated } of pages) {
        if (json && follow) for (const line of lines) printResult(line, [], true)
        else printResult({ lines, truncated }, lines.map(textOf), json)
        if (truncated) printProgress('the log has more lines; --lines sets how many are read')
      }
    })
}

const textOf = ({ ts, stream, message }: LogLine): string =>
  [ts, stream, message].filter((part) => part !== null).join(' ')

/** Ends with the first signal, or when the reader of stdout has ended. */
function stopSignal(): AbortSignal {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort())
  process.stdout.on('error', () => stop.abort())
  return stop.signal
}
