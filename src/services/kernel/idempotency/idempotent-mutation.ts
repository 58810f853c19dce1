import { violatedConstraint, type Database, type Transaction } from '../database/database.js'
import type { NodeReference } from '../denials/denial.js'
import { denied, type Denied } from '../result/denied.js'
import { claimKey, completeKey, fingerprintOf, invalidKey, type IdempotencyScope } from './idempotency.js'

/** Result of the first call, and the object from which a replay is built. */
export interface CompletedMutation<Value> {
  readonly value: Value
  readonly reference: NodeReference
}

export interface IdempotentMutation<Value, DenialResult extends { readonly kind: string }> {
  readonly scope: IdempotencyScope
  /** The request with its defaults filled in: what makes two calls the same. */
  readonly request: object
  execute(transaction: Transaction): Promise<CompletedMutation<Value> | DenialResult>
  /**
   * The first call as one statement that takes the key as well, for hot paths. Null: it does not apply, and `first` decides why. It
   * must fail as a whole when the key is taken.
   */
  fastPath?(fingerprint: string): Promise<Value | null>
  /** Rebuilds the first result from its object. */
  replay(transaction: Transaction, reference: NodeReference): Promise<Value | DenialResult>
}

/**
 * Runs a mutation once per idempotency key. Key, decision and effects commit together. Concurrent duplicates wait for
 * the first call. Denials are not stored, so that a retry can succeed.
 */
export async function runIdempotent<Value, DenialResult extends { readonly kind: string } = Denied>(
  database: Pick<Database, 'transaction'>,
  call: IdempotentMutation<Value, DenialResult>,
): Promise<Value | DenialResult | Denied> {
  const fingerprint = fingerprintOf(call.request)
  const made = await tryAtOnce(call, fingerprint)
  if (made) return made
  const { result } = await database.transaction<Ended<Value | DenialResult | Denied>>(
    async (transaction) => {
      const claim = await claimKey(transaction, call.scope, fingerprint)
      if (claim.kind === 'mismatch') return { result: denied(claim.denial), isKept: true }
      if (claim.kind === 'repeat') return { result: await call.replay(transaction, claim.result), isKept: true }
      const outcome = await call.execute(transaction)
      if ('kind' in outcome) return { result: outcome, isKept: false }
      await completeKey(transaction, call.scope, outcome.reference)
      return { result: outcome.value, isKept: true }
    },
    ({ isKept }) => isKept,
  )
  return result
}

interface Ended<Result> {
  readonly result: Result
  /** False for a denial: nothing is stored, including the key, so that a later retry works. */
  readonly isKept: boolean
}

async function tryAtOnce<Value, DenialResult extends { readonly kind: string }>(
  call: IdempotentMutation<Value, DenialResult>,
  fingerprint: string,
): Promise<Value | null> {
  return call.fastPath ? unlessKeyTaken(call.scope.key, async () => call.fastPath!(fingerprint)) : null
}

/**
 * Result of a statement that writes the key and its effects together. Null if the key is invalid or already used,
 * or another call is writing it.
 */
export async function unlessKeyTaken<Value>(key: string, write: () => Promise<Value | null>): Promise<Value | null> {
  if (invalidKey(key)) return null
  try {
    return await write()
  } catch (error) {
    const deadlock = (error as { code?: string }).code === '40P01'
    if (deadlock || violatedConstraint(error) === 'idempotency_key_pkey') return null
    throw error
  }
}
