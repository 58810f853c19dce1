import type { BusinessClock } from '#services/kernel/clock/business-clock.js'
import type { Database } from '#services/kernel/database/database.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { Notifier } from '#services/kernel/notifier/notifier.js'
import type { PolicyEnforcer } from '../access/policy-enforcer.js'
import { anonymous, ROLES, type Caller, type KeyHolder, type UserCaller } from '../model/caller.js'
import { ensureUser, type ResolvedUser } from '../accounts/ensure-user.js'
import { keyUses } from '../keys/key-usage-buffer.js'
import type { Logger } from '#services/kernel/logger/logger.js'
import {
  looksLikeAccessToken,
  staticCaller,
  verifyAccessToken,
  type TokenDependencies,
} from '../oauth/access-tokens.js'
import { KEYS_TOPIC, looksLikeServiceKey, verifyServiceKey } from '../tokens/service-keys.js'
import type { TokenClaims } from '../tokens/token-claims.js'
import type { TokenVerifier } from '../tokens/token-verifier.js'
import { createCache } from '#services/kernel/cache/create-cache.js'

/**
 * Resolves the caller of an `Authorization` header, synchronously if it is cached. No header: anonymous. An invalid
 * header throws and is never treated as anonymous.
 */
export type Authenticate = (authorization: string | undefined) => Caller | Promise<Caller>

/**
 * Time for which a verified token is cached: a token that the User Service revokes stops working within this time.
 * Revoked keys are evicted immediately by notification.
 */
export const TOKEN_CACHE_MS = 30_000

export interface AuthenticateOptions extends TokenDependencies {
  readonly database: Database
  readonly clock: BusinessClock
  readonly notifier: Pick<Notifier, 'subscribe'>
  readonly log: Logger
  readonly verifyToken: TokenVerifier | null
  /** The current policies. */
  readonly access: PolicyEnforcer
  /** Milliseconds for which a verified token is cached. Undefined: a default. */
  readonly cacheMs?: number
  /** Other data of a user's verified token, for example entitlements that another service keeps. */
  readonly afterSignIn?: (user: ResolvedUser, claims: TokenClaims) => Promise<void>
}

export function createAuthenticate(options: AuthenticateOptions): Authenticate {
  const cache = createCache<string, { caller: Caller }>(10_000, {
    ttl: options.cacheMs ?? TOKEN_CACHE_MS,
    ttlResolution: 50,
    perf: { now: () => options.timers.monotonic() },
  })
  // A key that was read before its revocation must not be cached after it.
  let revocations = 0
  options.notifier.subscribe(KEYS_TOPIC, () => {
    revocations++
    for (const [token, { caller }] of Array.from(cache.entries())) if (caller.kind === 'service') cache.delete(token)
  })
  const noted = (caller: Caller): Caller => {
    if (caller.kind === 'service' && caller.keyId.startsWith('key_'))
      keyUses.note(options, caller.keyId, () => new Date(options.timers.now()))
    return caller
  }
  // Concurrent requests with the same token share one verification.
  const checking = new Map<string, Promise<Caller>>()
  const check = async (token: string): Promise<Caller> => {
    const before = revocations
    const { caller: found, cacheable } = await callerOf(options, token)
    const caller: Caller = { ...(found.kind === 'service' ? withoutRoles(found) : found), access: options.access }
    if (cacheable && before === revocations) cache.set(token, { caller })
    return caller
  }
  return (authorization) => {
    if (authorization === undefined || authorization === '') return anonymous
    const [, token] = /^Bearer +(\S{1,8192})$/i.exec(authorization) ?? []
    if (!token)
      return Promise.reject(
        new AppError('INVALID_TOKEN', 'The Authorization header must have the form "Bearer <token>".'),
      )
    const known = cache.get(token)?.caller
    if (known && (!known.expiresAt || known.expiresAt.getTime() > options.timers.now())) return noted(known)
    const underway = checking.get(token) ?? check(token).finally(() => checking.delete(token))
    checking.set(token, underway)
    return underway.then(noted)
  }
}

/** Policies name roles and scopes. A key has no role, whatever its row says. */
const withoutRoles = (key: KeyHolder): KeyHolder => ({
  ...key,
  scopes: key.scopes.filter((scope) => scope.includes(':')),
})

/** Caller of a token, and whether the result is cacheable. */
interface FoundCaller {
  readonly caller: KeyHolder | Omit<UserCaller, 'access'>
  readonly cacheable: boolean
}

async function callerOf(options: AuthenticateOptions, token: string): Promise<FoundCaller> {
  if (looksLikeServiceKey(token)) return { caller: await verifyServiceKey(options, token), cacheable: true }
  if (looksLikeAccessToken(token)) return { caller: await verifyAccessToken(options, token), cacheable: true }
  const integration = staticCaller(options, token)
  return integration ? { caller: integration, cacheable: true } : authenticateUser(options, token)
}

async function authenticateUser(options: AuthenticateOptions, token: string): Promise<FoundCaller> {
  if (!options.verifyToken) throw new AppError('INVALID_TOKEN', 'User tokens are not configured on this server.')
  const claims = await options.verifyToken(token)
  const known = await ensureUser(options.database, claims, options.clock.now())
  await options.afterSignIn?.(known, claims)
  const caller: FoundCaller['caller'] = {
    kind: 'user',
    principal: known.userId,
    userId: known.userId,
    subject: claims.subject,
    email: claims.email,
    emailVerified: claims.emailVerified,
    roles: ROLES.filter((role) => claims.roles.includes(role) || known.roles.includes(role)),
    currentAccountId: known.organizationAccountId ?? known.customerAccountId ?? known.personAccountId,
    expiresAt: claims.expiresAt,
    impersonator: claims.impersonator ?? null,
  }
  // A community or customer without an account can have one at the next request.
  const isComplete =
    (claims.organization === null || known.organizationAccountId !== null) &&
    (claims.customerId === null || known.customerAccountId !== null)
  return { caller, cacheable: isComplete }
}
