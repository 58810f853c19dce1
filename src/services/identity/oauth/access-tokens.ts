import { z } from 'zod'
import type { ServiceKeyRow } from '#entities/identity/service-key.entity.js'
import type { Config } from '#services/kernel/config/config.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { SecretBox } from '#services/kernel/secrets/secret-box.js'
import { secretsEqual } from '#services/kernel/secrets/secret-box.js'
import type { Timers } from '#services/kernel/time/timers.js'
import type { KeyHolder } from '../model/caller.js'
import { earliestEnd } from '../tokens/credential-end.js'
import { callerEnd, findServiceKey, secretEnd, serviceTokenPrefix } from '../tokens/service-keys.js'

/** Dependencies for verifying and issuing service tokens. */
export interface TokenDependencies {
  readonly database: Sql
  readonly secrets: SecretBox
  readonly timers: Timers
  readonly config: Pick<Config, 'mode' | 'serviceToken' | 'serviceClient'>
}

/** Scopes of integrations that use the configured token or client credentials. */
const INTEGRATION_SCOPES = ['marketplace:sync']
/** The key id of tokens that were issued for the configured pair. */
const CONFIGURED = 'configured'
const PREFIX = 'sgt_'
const PURPOSE = 'access_token'
export const ACCESS_TOKEN_SECONDS = 3600

/** The response of RFC 6749, section 5.1. */
export interface IssuedToken {
  readonly accessToken: string
  readonly expiresIn: number
  readonly scope: string
}

/** Why no token was issued, in the words of RFC 6749, section 5.2. */
export type TokenError = 'invalid_client' | 'invalid_scope'

export interface ClientCredentials {
  /** The id of a service key (`key_…`, with or without the prefix), or the configured client's. */
  readonly clientId: string
  /** The key's secret alone, or the whole key. */
  readonly clientSecret: string
  /** Default: all scopes of the client. */
  readonly scope: string | null
}

const claims = z.object({ key: z.string(), scopes: z.array(z.string()), exp: z.number() })

/**
 * Exchanges client credentials for a token that is valid for an hour, at most until the end of the key, with all scopes of the
 * key or the requested subset.
 */
export async function issueAccessToken(
  parts: TokenDependencies,
  request: ClientCredentials,
): Promise<IssuedToken | TokenError> {
  const client = await findClient(parts, request)
  if (!client) return 'invalid_client'
  const requested = request.scope?.split(' ').filter(Boolean) ?? []
  const scopes = requested.length ? requested : client.scopes
  if (!scopes.every((scope) => covers(client.scopes, scope))) return 'invalid_scope'
  const now = parts.timers.now()
  const end = earliestEnd(new Date(now + ACCESS_TOKEN_SECONDS * 1000), client.end)!
  const token = JSON.stringify({
    key: client.key,
    scopes: [...scopes],
    exp: end.getTime(),
  } satisfies z.infer<typeof claims>)
  return {
    accessToken: `${PREFIX}${parts.secrets.seal(token, PURPOSE)}`,
    expiresIn: Math.floor((end.getTime() - now) / 1000),
    scope: scopes.join(' '),
  }
}

const covers = (granted: readonly string[], scope: string): boolean =>
  granted.includes(scope) || granted.includes(`${scope.split(':')[0]}:*`)

async function findClient(
  parts: TokenDependencies,
  { clientId, clientSecret }: ClientCredentials,
): Promise<{ key: string; scopes: readonly string[]; end: Date | null } | null> {
  const { serviceClient, mode } = parts.config
  if (serviceClient && serviceClient.id === clientId)
    return secretsEqual(serviceClient.secret, clientSecret)
      ? { key: CONFIGURED, scopes: INTEGRATION_SCOPES, end: null }
      : null
  const row = await findServiceKey(parts.database, `key_${clientId.replace(/^key_/, '')}`)
  if (!row || !isUsable(row, parts.timers.now())) return null
  const secret = clientSecret.replace(serviceTokenPrefix(mode, row), '')
  const end = secretEnd(row, secret, parts.timers.now())
  return end === undefined ? null : { key: row.id, scopes: row.scopes, end }
}

const isUsable = (row: ServiceKeyRow, now: number): boolean =>
  !row.revokedAt && !row.permissions && (!row.expiresAt || row.expiresAt.getTime() > now)

export const looksLikeAccessToken = (token: string): boolean => token.startsWith(PREFIX)

/** The caller of an access token. The token ends with its key and never has more scopes than the key has now. */
export async function verifyAccessToken(parts: TokenDependencies, token: string): Promise<KeyHolder> {
  const { key, scopes, exp } = openToken(parts.secrets, token)
  if (exp <= parts.timers.now()) throw new AppError('TOKEN_EXPIRED', 'The token has expired.')
  if (key === CONFIGURED) {
    if (!parts.config.serviceClient) throw invalidToken()
    return integrationCaller(new Date(exp))
  }
  const row = await findServiceKey(parts.database, key)
  if (!row || !isUsable(row, parts.timers.now())) throw invalidToken()
  const tokenEnd = new Date(exp)
  return {
    kind: 'service',
    principal: row.id,
    keyId: row.id,
    scopes: scopes.filter((scope) => covers(row.scopes, scope)),
    permissions: null,
    accountId: row.accountId,
    expiresAt: callerEnd({ tokenEnd }, row) ?? tokenEnd,
    tokenEnd,
  }
}

/** The integration that uses the configured bearer token. Null for every other token. */
export const staticCaller = ({ config }: TokenDependencies, token: string): KeyHolder | null =>
  config.serviceToken !== null && secretsEqual(config.serviceToken, token) ? integrationCaller(null) : null

const integrationCaller = (expiresAt: Date | null): KeyHolder => ({
  kind: 'service',
  principal: 'service:sibling',
  keyId: CONFIGURED,
  scopes: INTEGRATION_SCOPES,
  permissions: null,
  accountId: null,
  expiresAt,
})

function openToken(secrets: SecretBox, token: string): z.infer<typeof claims> {
  try {
    return claims.parse(JSON.parse(secrets.open(token.slice(PREFIX.length), PURPOSE)))
  } catch {
    throw invalidToken()
  }
}

const invalidToken = () => new AppError('INVALID_TOKEN', 'The token is not valid.')
