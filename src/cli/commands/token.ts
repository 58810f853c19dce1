import { InvalidArgumentError, Option, type Command } from 'commander'
import type { TokenOptions } from '#startup/create-token.js'
import { seconds } from '../seconds.js'
import { JSON_OPTION, printResult, type CommandContext } from '../command-context.js'

function email(text: string): string {
  if (!/^[^\s@]+@[^\s@]+$/.test(text) || text.length > 254)
    throw new InvalidArgumentError('must be an email address, for example ann@example.com')
  return text
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
    .option('--expires <seconds>', 'lifetime of a user token in seconds', seconds, 30 * 24 * 3600)
    .option(...JSON_OPTION)
    .action(async ({ json, ...options }: TokenOptions & { json?: boolean }) => {
      const { createToken } = await import('#startup/create-token.js')
      const token = await createToken(env, options)
      printResult({ token }, [token], json)
    })
}
