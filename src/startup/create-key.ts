import { declaredBy } from '../modules/compose.js'
import { installedModules } from '../modules/installed-modules.js'
import { recordChange } from '../services/kernel/audit/audit.js'
import { readConfig } from '../services/kernel/config/config.js'
import { AppError } from '../services/kernel/errors/app-error.js'
import { systemTimers } from '../services/kernel/time/system-timers.js'
import { findAccount } from '../services/identity/accounts/account-reference.js'
import { MAX_KEY_NAME_LENGTH } from '../services/identity/keys/create-api-key.js'
import { validateScopes } from '../services/identity/keys/key-scopes.js'
import { createServiceKey, keyIdOf } from '../services/identity/tokens/service-keys.js'
import { lineIssues } from '../services/kernel/validation/line-issues.js'
import { inCommandDatabase } from './command-database.js'

export interface KeyOptions {
  readonly scopes: readonly string[]
  /** ID or reference. Undefined: all accounts. */
  readonly account?: string
  readonly name: string
  /** Lifetime in seconds. Undefined: it does not expire. */
  readonly expires?: number
}

/** Creates a service key in the database, and returns its secret. Access to the database is the permission, for every scope. */
export async function createKey(env: NodeJS.ProcessEnv, { scopes, name, ...options }: KeyOptions): Promise<string> {
  const config = readConfig(env)
  const problem =
    validateScopes(declaredBy(await installedModules(config.modules)).scopes, scopes, {
      byOperator: true,
      forAccount: Boolean(options.account),
    }) ?? lineIssues(['name'], name, MAX_KEY_NAME_LENGTH)[0]
  if (problem) throw new AppError('BAD_USER_INPUT', problem.message)
  return inCommandDatabase(config, async (database) => {
    const account = options.account ? await findAccount(database, options.account) : null
    if (options.account && !account) throw new AppError('NOT_FOUND', `account ${options.account} not found`)
    const accountId = account?.id ?? null
    const expiresAt = options.expires === undefined ? null : new Date(systemTimers.now() + options.expires * 1000)
    return database.transaction(async (transaction) => {
      const secret = await createServiceKey(transaction, config.mode, { name, scopes, accountId, expiresAt })
      await recordChange(transaction, {
        accountId,
        actor: 'command line',
        action: 'key.created',
        object: keyIdOf(secret),
        details: { name, scopes, expiresAt },
      })
      return secret
    })
  })
}
