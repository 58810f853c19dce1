import { denied } from '#services/kernel/idempotency/idempotent-mutation.js'
import type { EntitlementsContext } from '../entitlements-context.js'
import { authorizeReservation } from './authorize-usage.js'
import { invalidUse, operationKey } from './operation-key.js'
import { runOperation, type ConsumeOutcome } from './run-operation.js'

export interface CommitReservation {
  readonly reservationId: string
  /** Default: all of it. */
  readonly amount?: number | null
  readonly idempotencyKey: string
}

/**
 * Consumes reserved units. A smaller amount releases the rest; a larger one consumes the difference if available.
 * Otherwise the reservation is unchanged.
 */
export async function commitReservation(
  context: EntitlementsContext,
  input: CommitReservation,
): Promise<ConsumeOutcome> {
  const { accountId, place } = await authorizeReservation(context, input.reservationId)
  const invalid = invalidUse(input.idempotencyKey)
  if (invalid) return denied(invalid)
  const amount = input.amount ?? null
  const key = operationKey(context.caller, 'commitReservation', input.idempotencyKey, [input.reservationId, amount])
  return (await runOperation(context, accountId, { kind: 'commit', reservation: place, amount, key })) as ConsumeOutcome
}
