import type { Role } from '../services/identity/model/caller.js'
import { signLocalToken } from '../services/identity/tokens/local-tokens.js'
import { readConfig } from '../services/kernel/config/config.js'
import { systemTimers } from '../services/kernel/time/system-timers.js'
import { AppError } from '../services/kernel/errors/app-error.js'

export interface TokenOptions {
  readonly user: string
  readonly role: Role[]
  readonly cid?: string
  readonly crole?: 'admin' | 'member'
  readonly expires: number
}

/** Creates a user token. Sandbox mode only. */
export async function createToken(env: NodeJS.ProcessEnv, options: TokenOptions): Promise<string> {
  const config = readConfig(env)
  if (config.mode !== 'sandbox')
    throw new AppError('CONFIGURATION', `tokens can be created only in sandbox mode; the mode is ${config.mode}`)
  return signLocalToken(systemTimers, config.dataDir, {
    email: options.user,
    roles: options.role,
    communityId: options.cid,
    communityRole: options.crole,
    expiresInSeconds: options.expires,
  })
}
