import type { ServiceKeyRow } from '#entities/identity/service-key.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Mode } from '#services/kernel/config/mode.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { hashSecret, randomSecret, secretsEqual } from '#services/kernel/secrets/secret-box.js'
import type { KeyHolder, ServiceCaller } from '../model/caller.js'
import { earliestEnd } from './credential-end.js'
import type { Context } from '#services/kernel/context/context.js'

/** `sk_<mode>_<id>_<secret>`, of an account session `session_…`: the id finds the row, the secret is compared with its hash. */
const FORMAT = /^(?:sk|session)_(sandbox|test|live)_([0-9a-hjkmnp-tv-z]{26})_([\w-]{43})$/

/** Topic: a key was revoked. Caches of keys are invalidated. */
export const KEYS_TOPIC = 'service keys'

export const looksLikeServiceKey = (token: string): boolean => /^(?:sk|session)_/.test(token)

/** Creates a key. Only this result contains its secret. */
export async function createServiceKey(
  sql: Sql,
  mode: Mode,
  request: {
    name: string
    scopes: readonly string[]
    /** Of an account session. */
    permissions?: readonly string[]
    accountId: string | null
    expiresAt?: Date | null
    createdBy?: string | null
  },
): Promise<string> {
  const id = sql.newId('key')
  const secret = randomSecret()
  await sql.query
    .insertInto('service_key')
    .values({
      id,
      name: request.name,
      secretHash: hashSecret(secret),
      scopes: [...request.scopes],
      permissions: request.permissions ? [...request.permissions] : null,
      accountId: request.accountId,
      expiresAt: request.expiresAt ?? null,
      createdBy: request.createdBy ?? null,
    })
    .execute()
  return serviceToken(mode, { id, permissions: request.permissions ?? null }, secret)
}

interface IdentifiedKey {
  readonly id: string
  readonly permissions: readonly string[] | null
}

/** The beginning of the token of a key, up to its secret part. It is not secret. */
export const serviceTokenPrefix = (mode: Mode, { id, permissions }: IdentifiedKey): string =>
  `${permissions ? 'session' : 'sk'}_${mode}_${id.slice(4)}_`

/** The bearer token of a key. */
export const serviceToken = (mode: Mode, key: IdentifiedKey, secret: string): string =>
  `${serviceTokenPrefix(mode, key)}${secret}`

/** The ID of the key of a bearer token. */
export const keyIdOf = (token: string): string => `key_${token.split('_')[2]}`

/** The end of a secret that is accepted for a key, or null if it never ends. Undefined: the secret is wrong. */
export function secretEnd(row: ServiceKeyRow, secret: string, now: number): Date | null | undefined {
  const end = hashEnd(row, hashSecret(secret))
  return end === row.previousUntil && end && end.getTime() <= now ? undefined : end
}

function hashEnd(row: ServiceKeyRow, hash: string): Date | null | undefined {
  if (secretsEqual(row.secretHash, hash)) return row.expiresAt
  const { previousSecretHash: previous, previousUntil: until } = row
  return previous && until && secretsEqual(previous, hash) ? earliestEnd(row.expiresAt, until) : undefined
}

/** The end of a caller by the present state of its key. Undefined: its secret is not accepted any more. */
export function callerEnd(
  { secretHash, tokenEnd }: Pick<ServiceCaller, 'secretHash' | 'tokenEnd'>,
  row: ServiceKeyRow,
): Date | null | undefined {
  const end = secretHash === undefined ? row.expiresAt : hashEnd(row, secretHash)
  return end === undefined ? undefined : earliestEnd(end, tokenEnd ?? null)
}

export const findServiceKey = (sql: Sql, id: string): Promise<ServiceKeyRow | undefined> =>
  sql.query.selectFrom('service_key').selectAll().where('id', '=', id).executeTakeFirst()

/**
 * The caller of a key. All failures have the same error, so that an unauthorized caller learns nothing about existing
 * keys.
 */
export async function verifyServiceKey(
  { database, config, timers }: Pick<Context, 'database' | 'timers'> & { readonly config: { readonly mode: Mode } },
  key: string,
): Promise<KeyHolder> {
  const invalid = () => new AppError('INVALID_TOKEN', 'The service key is not valid.')
  const [, keyMode, id, secret] = FORMAT.exec(key) ?? []
  if (!id || !secret || keyMode !== config.mode) throw invalid()
  const row = await findServiceKey(database, `key_${id}`)
  const expiresAt = row && secretEnd(row, secret, timers.now())
  if (!row || expiresAt === undefined || row.revokedAt) throw invalid()
  if (row.expiresAt && row.expiresAt.getTime() <= timers.now())
    throw new AppError('TOKEN_EXPIRED', 'The service key has expired.')
  return {
    kind: 'service',
    principal: row.id,
    keyId: row.id,
    scopes: row.scopes,
    permissions: row.permissions,
    accountId: row.accountId,
    expiresAt,
    secretHash: hashSecret(secret),
  }
}
