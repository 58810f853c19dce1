import { LRUCache } from 'lru-cache'
import type { BusinessClock } from '../../kernel/clock/business-clock.js'
import type { Database } from '../../kernel/database/database.js'
import type { Mode } from '../../kernel/config/mode.js'
import { AppError } from '../../kernel/errors/app-error.js'
import type { News } from '../../kernel/news/news.js'
import { hashSecret } from '../../kernel/secrets/secret-box.js'
import { anonymous, type Caller, type Role } from '../caller.js'
import { ensureUser } from '../accounts/ensure-user.js'
import type { KeyUses } from '../keys/key-uses.js'
import { KEYS_TOPIC, looksLikeServiceKey, verifyServiceKey } from '../tokens/service-keys.js'
import type { TokenVerifier } from '../tokens/token-verifier.js'

/** Who a request's `Authorization` header speaks for. No header: anonymous. A bad one is refused, never taken for anonymous. */
export type Authenticate = (authorization: string | undefined) => Promise<Caller>

/** How long a checked token is believed without checking again. A key that is revoked is forgotten at once, by news. */
const CACHE_MS = 30_000
const ROLES: readonly string[] = ['root', 'admin', 'developer', 'vendor', 'user']

export function createAuthenticate(options: {
  database: Database
  clock: BusinessClock
  news: Pick<News, 'subscribe'>
  mode: Mode
  verifyToken: TokenVerifier | null
  keyUses: Pick<KeyUses, 'note'>
}): Authenticate {
  const cache = new LRUCache<string, { caller: Caller }>({ max: 10_000, ttl: CACHE_MS })
  // What was read of a key before it was revoked must not be remembered after.
  let revocations = 0
  options.news.subscribe(KEYS_TOPIC, () => {
    revocations++
    for (const [token, { caller }] of Array.from(cache.entries())) if (caller.kind === 'service') cache.delete(token)
  })
  const noted = (caller: Caller): Caller => {
    if (caller.kind === 'service') options.keyUses.note(caller.keyId)
    return caller
  }
  return async (authorization) => {
    if (authorization === undefined || authorization === '') return anonymous
    const [, token] = /^Bearer +(\S{1,8192})$/i.exec(authorization) ?? []
    if (!token) throw new AppError('INVALID_TOKEN', 'The Authorization header must be "Bearer" and a token.')
    const hash = hashSecret(token)
    const known = cache.get(hash)?.caller
    if (known && (!known.expiresAt || known.expiresAt.getTime() > Date.now())) return noted(known)
    const before = revocations
    const { caller, settled } = looksLikeServiceKey(token)
      ? { caller: await verifyServiceKey(options.database, options.mode, token), settled: true }
      : await authenticateUser(options, token)
    if (settled && before === revocations) cache.set(hash, { caller })
    return noted(caller)
  }
}

async function authenticateUser(
  options: { database: Database; clock: BusinessClock; verifyToken: TokenVerifier | null },
  token: string,
): Promise<{ caller: Caller; settled: boolean }> {
  if (!options.verifyToken) throw new AppError('INVALID_TOKEN', 'This server accepts no user tokens.')
  const claims = await options.verifyToken(token)
  const known = await ensureUser(options.database, claims, options.clock.now())
  const caller: Caller = {
    kind: 'user',
    principal: known.userId,
    userId: known.userId,
    subject: claims.subject,
    email: claims.email,
    emailVerified: claims.emailVerified,
    roles: claims.roles.filter((role): role is Role => ROLES.includes(role)),
    currentAccountId: known.communityAccountId ?? known.personAccountId,
    expiresAt: claims.expiresAt,
  }
  // A community that nobody has opened yet may be there at the next request.
  return { caller, settled: claims.communityId === null || known.communityAccountId !== null }
}
