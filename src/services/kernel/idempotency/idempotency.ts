import { createHash } from 'node:crypto'
import type { Sql } from '../database/sql.js'
import { refused, type NodeReference, type Refused } from '../denials/denial.js'

/** Caller and operation of an idempotency key. */
export interface IdempotencyScope {
  readonly principal: string
  readonly accountId: string
  readonly mutation: string
  readonly key: string
}

/**
 * `first`: continue. `repeat`: return the result of the first call. `mismatch`: the key is invalid, or was used with
 * different input.
 */
export type Claim =
  | { readonly kind: 'first' }
  | { readonly kind: 'repeat'; readonly result: NodeReference }
  | { readonly kind: 'mismatch'; readonly denial: Refused }

/** A hash of the input without its key, with members in a stable order and absent the same as null. */
export function fingerprintOf(input: object): string {
  const canonical = (value: unknown): unknown => {
    if (value === null || typeof value !== 'object' || value instanceof Date) return value
    if (Array.isArray(value)) return value.map(canonical)
    const members = Object.entries(value).filter(([name, member]) => member != null && name !== 'idempotencyKey')
    return Object.fromEntries(
      members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => [name, canonical(member)]),
    )
  }
  return createHash('sha256')
    .update(JSON.stringify(canonical(input)))
    .digest('hex')
}

const KEY_PATTERN = /^[\x21-\x7e]{1,255}$/

/** Denial of a key that cannot be stored or is ambiguous. Null if the key is valid. */
export const invalidKey = (key: string): Refused | null =>
  KEY_PATTERN.test(key)
    ? null
    : refused('INVALID_PARAMETERS', 'idempotencyKey must be 1 to 255 printable ASCII characters without spaces.', {
        field: 'idempotencyKey',
      })

/**
 * Claims the key in the caller's transaction. A concurrent duplicate waits until the first call commits or rolls back,
 * because both insert the same primary key. A denial must roll back, so that a retry can succeed (`runIdempotent` does
 * that).
 */
export async function claimKey(sql: Sql, scope: IdempotencyScope, fingerprint: string): Promise<Claim> {
  const invalid = invalidKey(scope.key)
  if (invalid) return { kind: 'mismatch', denial: invalid }
  const { principal, accountId, mutation, key } = scope
  const { numInsertedOrUpdatedRows } = await sql.query
    .insertInto('idempotency_key')
    .values({ principal, accountId, mutation, key, fingerprint })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow()
  if (numInsertedOrUpdatedRows) return { kind: 'first' }
  return (await findCompletedKey(sql, scope, fingerprint)) ?? claimKey(sql, scope, fingerprint)
}

/** Stored result of a key, without claiming it. Null if the key was never used. */
export async function findCompletedKey(
  sql: Sql,
  scope: IdempotencyScope,
  fingerprint: string,
): Promise<Exclude<Claim, { kind: 'first' }> | null> {
  const invalid = invalidKey(scope.key)
  if (invalid) return { kind: 'mismatch', denial: invalid }
  const row = await sql.query
    .selectFrom('idempotency_key')
    .selectAll()
    .where('principal', '=', scope.principal)
    .where('accountId', '=', scope.accountId)
    .where('mutation', '=', scope.mutation)
    .where('key', '=', scope.key)
    .executeTakeFirst()
  if (!row?.resultType || !row.resultId) return null
  if (row.fingerprint === fingerprint)
    return { kind: 'repeat', result: { __typename: row.resultType, id: row.resultId } }
  const denial = refused('IDEMPOTENCY_MISMATCH', 'This idempotency key was already used with different input.', {
    field: 'idempotencyKey',
  })
  return { kind: 'mismatch', denial }
}

/** Stores the result as a reference, so that a repetition can select other fields. */
export async function completeKey(sql: Sql, scope: IdempotencyScope, result: NodeReference): Promise<void> {
  await sql.query
    .updateTable('idempotency_key')
    .set({ resultType: result.__typename, resultId: result.id })
    .where('principal', '=', scope.principal)
    .where('accountId', '=', scope.accountId)
    .where('mutation', '=', scope.mutation)
    .where('key', '=', scope.key)
    .execute()
}
