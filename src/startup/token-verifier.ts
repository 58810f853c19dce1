import { LOCAL_AUDIENCE, LOCAL_ISSUER, localKeySet } from '../services/identity/tokens/local-tokens.js'
import {
  issuersVerifier,
  localTokenVerifier,
  verifierByIssuer,
  type TokenVerifier,
} from '../services/identity/tokens/token-verifier.js'
import { readConfig, type Config } from '../services/kernel/config/config.js'
import { systemTimers } from '../services/kernel/time/system-timers.js'
import { checkToken } from '../services/identity/tokens/check-token.js'
import type { Finding } from '../services/kernel/doctor/finding.js'

/** A sandbox accepts its own tokens beside those of the identity provider. */
export async function tokenVerifier(config: Config): Promise<TokenVerifier | null> {
  const remote = config.issuers.length > 0 ? issuersVerifier(config.issuers, systemTimers) : null
  if (config.mode !== 'sandbox') return remote
  const expected = { issuer: LOCAL_ISSUER, audience: LOCAL_AUDIENCE, timers: systemTimers }
  const local = localTokenVerifier(await localKeySet(config.dataDir), expected)
  return remote ? verifierByIssuer(LOCAL_ISSUER, local, remote) : local
}

/** Explains a user token by the configuration. */
export async function examineToken(env: NodeJS.ProcessEnv, token: string): Promise<Finding[]> {
  return checkToken(await tokenVerifier(readConfig(env)), token.trim().replace(/^Bearer +/i, ''))
}
