import type { Role } from '../services/identity/model/caller.js'
import { validateScopes } from '../services/identity/keys/key-scopes.js'
import { signLocalToken } from '../services/identity/tokens/local-tokens.js'
import { createServiceKey } from '../services/identity/tokens/service-keys.js'
import { findAccount } from '../services/identity/accounts/account-reference.js'
import { readConfig } from '../services/kernel/config/config.js'
import { createSources } from '../services/kernel/context/sources.js'
import { openDatabase } from '../services/kernel/database/database.js'
import { systemTimers } from '../services/kernel/time/system-timers.js'
import { AppError } from '../services/kernel/errors/app-error.js'
import { readRunningServer } from './data-folder.js'
import { findLayout } from '../wiring/find-layout.js'

export interface TokenOptions {
  readonly user: string
  readonly role: Role[]
  readonly cid?: string
  readonly crole?: 'admin' | 'member'
  readonly service?: string[]
  readonly account?: string
  readonly expires: number
}

/** Creates a user token, or a service key with the requested scopes. Sandbox mode only. */
export async function createToken(env: NodeJS.ProcessEnv, options: TokenOptions): Promise<string> {
  const config = readConfig(env)
  if (config.mode !== 'sandbox')
    throw new AppError('CONFIGURATION', `tokens can be created only in sandbox mode; the mode is ${config.mode}`)
  if (options.service) return serviceKey(config.dataDir, config.databaseUrl, options)
  return signLocalToken(systemTimers, config.dataDir, {
    email: options.user,
    roles: options.role,
    communityId: options.cid,
    communityRole: options.crole,
    expiresInSeconds: options.expires,
  })
}

async function serviceKey(dataDir: string, databaseUrl: string | null, options: TokenOptions): Promise<string> {
  const url = databaseUrl ?? readRunningServer(dataDir)?.databaseUrl
  if (!url)
    throw new AppError('CONFIGURATION', 'service keys are stored in the database: start the server first (npm start)')
  const database = await openDatabase({ ...createSources(), url, findLayout, migrations: [], poolSize: 2 })
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
