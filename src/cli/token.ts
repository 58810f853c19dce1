import { Command, InvalidArgumentError, Option } from 'commander'
import { allEntities } from '../entities/all-entities.js'
import { readRunningServer } from '../startup/data-folder.js'
import type { Role } from '../services/identity/caller.js'
import { validateScopes } from '../services/identity/keys/key-scopes.js'
import { signLocalToken } from '../services/identity/tokens/local-tokens.js'
import { createServiceKey } from '../services/identity/tokens/service-keys.js'
import { findAccount } from '../services/identity/accounts/account-reference.js'
import { readConfig } from '../services/kernel/config/config.js'
import { createSources } from '../services/kernel/context/sources.js'
import { openDatabase } from '../services/kernel/database/database.js'
import { systemTimers } from '../services/kernel/time/system-timers.js'
import { AppError } from '../services/kernel/errors/app-error.js'

interface Options {
  readonly user: string
  readonly role: Role[]
  readonly cid?: string
  readonly crole?: 'admin' | 'member'
  readonly service?: string[]
  readonly account?: string
  readonly expires: number
}

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

// `npm run token`: prints a bearer token as the last line of stdout. Sandbox mode only.
const program = new Command('token')
  .description('Prints a token for local testing (sandbox mode only).')
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

try {
  const config = readConfig(process.env)
  if (config.mode !== 'sandbox')
    throw new AppError('CONFIGURATION', `tokens can be created only in sandbox mode; the mode is ${config.mode}`)
  const options = program.parse().opts<Options>()
  const token = options.service
    ? await serviceKey(config.dataDir, config.databaseUrl, options)
    : await signLocalToken(systemTimers, config.dataDir, {
        email: options.user,
        roles: options.role,
        communityId: options.cid,
        communityRole: options.crole,
        expiresInSeconds: options.expires,
      })
  process.stdout.write(`${token}\n`)
} catch (error) {
  process.stderr.write(`stackgate: ${(error as Error).message}\n`)
  process.exitCode = 1
}

async function serviceKey(dataDir: string, databaseUrl: string | null, options: Options): Promise<string> {
  const url = databaseUrl ?? readRunningServer(dataDir)?.databaseUrl
  if (!url)
    throw new AppError('CONFIGURATION', 'service keys are stored in the database: start the server first (npm start)')
  const database = await openDatabase({ ...createSources(), url, entities: allEntities, migrations: [], poolSize: 2 })
  try {
    const problem = validateScopes(options.service!, { byOperator: true, forAccount: Boolean(options.account) })
    if (problem) throw new AppError('BAD_USER_INPUT', problem.message)
    const account = options.account ? await findAccount(database, options.account) : null
    if (options.account && !account) throw new AppError('NOT_FOUND', `account ${options.account} not found`)
    return await createServiceKey(database, 'sandbox', {
      name: 'npm run token',
      scopes: options.service!,
      accountId: account?.id ?? null,
    })
  } finally {
    await database.close()
  }
}
