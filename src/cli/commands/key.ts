import type { Command } from 'commander'
import type { KeyOptions } from '#startup/create-key.js'
import { JSON_OPTION, printResult, type CommandContext } from '../command-context.js'
import { seconds } from '../seconds.js'

/** Adds `key create`, which prints a service key as the last line of stdout: the first one of an installation, for example. */
export function addKeyCommand(program: Command, { env }: CommandContext): void {
  program
    .command('key')
    .description('service keys of the installation')
    .command('create')
    .description('creates a service key, and prints its secret once')
    .argument('<scope...>', 'scopes of the key, for example entitlements:write billing:write accounts:write')
    .option('--account <account>', 'account of the key, by id or reference (default: all accounts)')
    .option('--name <name>', 'name of the key', 'command line')
    .option('--expires <seconds>', 'lifetime in seconds (default: it does not expire)', seconds)
    .option(...JSON_OPTION)
    .action(async (scopes: string[], { json, ...options }: Omit<KeyOptions, 'scopes'> & { json?: boolean }) => {
      const { createKey } = await import('#startup/create-key.js')
      const key = await createKey(env, { ...options, scopes })
      printResult({ key }, [key], json)
    })
}
