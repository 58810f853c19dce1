import { InvalidArgumentError, Option, type Command } from 'commander'
import type { TokenOptions } from '#startup/create-token.js'
import { JSON_OPTION, printResult, type CommandContext } from '../command-context.js'

const MAX_SECONDS = 365 * 24 * 3600

function email(text: string): string {
  if (!/^[^\s@]+@[^\s@]+$/.test(text) || text.length > 254)
    throw new InvalidArgumentError('must be an email address, for example ann@example.com')
  return text
}

function seconds(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text) || Number(text) > MAX_SECONDS)
    throw new InvalidArgumentError(`must be an integer between 1 and ${MAX_SECONDS} (seconds)`)
  return Number(text)
}

/** Adds `token`, which prints a bearer token as the last line of stdout. Sandbox mode only. */
export function addTokenCommand(program: Command, { env }: CommandContext): void {
  program
    .command('token')
    .description('prints a token for local testing (sandbox mode only)')
    .option('--user <email>', 'email address of the user', email, 'you@example.com')
    .addOption(
      new Option('--role <role...>', 'roles of the user')
        .choices(['root', 'admin', 'developer', 'vendor', 'user'])
        .default(['user']),
    )
    .option('--cid <community>', 'community of the user')
    .addOption(new Option('--crole <role>', 'role of the user in the community').choices(['admin', 'member']))
    .option('--service <scope...>', 'create a service key with these scopes instead, for example entitlements:write')
    .option('--account <account>', 'account of the service key, by id or reference (default: all accounts)')
    .option('--expires <seconds>', 'lifetime of a user token in seconds', seconds, 30 * 24 * 3600)
    .option(...JSON_OPTION)
    .action(async ({ json, ...options }: TokenOptions & { json?: boolean }) => {
      const { createToken } = await import('#startup/create-token.js')
      const token = await createToken(env, options)
      printResult({ token }, [token], json)
    })
}
