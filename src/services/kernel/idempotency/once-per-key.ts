import { violatedConstraint, type Database, type Transaction } from '../database/database.js'
import type { Denial, NodeReference } from '../denials/denial.js'
import { claimKey, completeKey, fingerprintOf, requireSoundKey, type IdempotencyScope } from './idempotency.js'

/** A refusal as the verbs answer it. */
export interface Denied {
  readonly kind: 'denied'
  readonly denial: Denial
}

export const denied = (denial: Denial): Denied => ({ kind: 'denied', denial })

/** What the first call of a key did, and the object by which its answer can be given again. */
export interface Done<Value> {
  readonly value: Value
  readonly reference: NodeReference
}

export interface OncePerKey<Value, Refusal extends { readonly kind: string }> {
  readonly scope: IdempotencyScope
  /** The request with its defaults filled in: what makes two calls the same. */
  readonly request: object
  first(transaction: Transaction): Promise<Done<Value> | Refusal>
  /**
   * The first call as one statement that takes the key as well, for hot paths. Null: it does not apply, and `first` decides why. It
   * must fail as a whole when the key is taken.
   */
  atOnce?(fingerprint: string): Promise<Value | null>
  /** The first answer again, from what it made. */
  repeat(transaction: Transaction, reference: NodeReference): Promise<Value | Refusal>
}

/** Carries a refusal out of a transaction that must keep nothing, not even the key: trying again later must work. */
class RolledBack extends Error {
  constructor(readonly refusal: { readonly kind: string }) {
    super('rolled back on purpose')
  }
}

/**
 * Runs a mutation once for its key, in one transaction: the key, the decision and the effects are kept together or not at all.
 * Concurrent duplicates wait for the first; a denial is never remembered.
 */
export async function oncePerKey<Value, Refusal extends { readonly kind: string } = Denied>(
  database: Pick<Database, 'transaction'>,
  call: OncePerKey<Value, Refusal>,
): Promise<Value | Refusal | Denied> {
  const fingerprint = fingerprintOf(call.request)
  const made = await tryAtOnce(call, fingerprint)
  if (made) return made
  try {
    return await database.transaction(async (transaction) => {
      const claim = await claimKey(transaction, call.scope, fingerprint)
      if (claim.kind === 'mismatch') return denied(claim.denial)
      if (claim.kind === 'repeat') return call.repeat(transaction, claim.result)
      const outcome = await call.first(transaction)
      if ('kind' in outcome) throw new RolledBack(outcome)
      await completeKey(transaction, call.scope, outcome.reference)
      return outcome.value
    })
  } catch (error) {
    if (error instanceof RolledBack) return error.refusal as Refusal
    throw error
  }
}

async function tryAtOnce<Value, Refusal extends { readonly kind: string }>(
  call: OncePerKey<Value, Refusal>,
  fingerprint: string,
): Promise<Value | null> {
  return call.atOnce ? unlessTaken(call.scope.key, async () => call.atOnce!(fingerprint)) : null
}

/** What one statement has written together with the key; null when the key was taken before, or is just being taken. */
export async function unlessTaken<Value>(key: string, write: () => Promise<Value | null>): Promise<Value | null> {
  requireSoundKey(key)
  try {
    return await write()
  } catch (error) {
    const deadlock = (error as { code?: string }).code === '40P01'
    if (deadlock || violatedConstraint(error) === 'idempotency_key_pkey') return null
    throw error
  }
}
