import type { ReleaseReservationArgs } from '#schema/entitlements/consume.type.js'
import { denied } from '#services/kernel/result/denied.js'
import type { EntitlementsContext } from '../entitlements-context.js'
import { authorizeReservation } from './authorize-usage.js'
import { invalidUse, operationKey } from './operation-key.js'
import { runOperation, type ReserveOutcome } from './run-operation.js'

/** Releases the reserved units. */
export async function releaseReservation(
  context: EntitlementsContext,
  input: ReleaseReservationArgs,
): Promise<ReserveOutcome> {
  const { accountId, subAccountId, place } = await authorizeReservation(context, input.reservationId)
  const invalid = invalidUse(input.idempotencyKey)
  if (invalid) return denied(invalid)
  const key = operationKey(context.caller, 'releaseReservation', input.idempotencyKey, [input.reservationId])
  const operation = { kind: 'release', reservation: place, subAccountId, key } as const
  return (await runOperation(context, accountId, operation)) as ReserveOutcome
}
