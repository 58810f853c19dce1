import type { Entitlement } from './types.js'

/** Why a local check denies. Ask `check` for the denial with its remedies. */
export type LocalReason = 'invalid_amount' | 'not_included' | 'insufficient' | 'stale'

/** Answer of a check from memory. */
export interface LocalCheck {
  readonly allowed: boolean
  /** Null if allowed. `stale`: the memory was too old, and the policy denied. */
  readonly reason: LocalReason | null
  /** The entitlement on which the check was decided. Null if the catalog has no such feature, or a policy decided. */
  readonly entitlement: Entitlement | null
  /** Revision of the account that was decided on. Null if a policy decided. */
  readonly revision: number | null
  /** The answer is the server's of a moment at most this long ago, in milliseconds. */
  readonly ageMs: number
  readonly decidedBy: 'memory' | 'server' | 'policy'
}

const MAX_AMOUNT = 1_000_000_000_000

/** Decides if an entitlement covers an amount, by the rule of the server. Null: it does. */
export function reasonOf(entitlement: Entitlement | undefined, amount: number): LocalReason | null {
  if (entitlement === undefined) return 'not_included'
  if (entitlement.kind !== 'boolean' && !(Number.isSafeInteger(amount) && amount >= 1 && amount <= MAX_AMOUNT))
    return 'invalid_amount'
  if (!entitlement.granted) return 'not_included'
  const { remaining, overage } = entitlement
  return remaining === null || remaining + (overage?.remaining ?? 0) >= amount ? null : 'insufficient'
}
