import type { ExtendReservationArgs } from '#schema/entitlements/consume.type.js'
import { denied } from '#services/kernel/result/denied.js'
import type { EntitlementsContext } from '../entitlements-context.js'
import { invalidAmountOfWork, workOfKey } from '../model/work.js'
import { authorizeReservation } from './authorize-usage.js'
import { invalidUse, operationKey } from './operation-key.js'
import { runOperation, type ReserveOutcome } from './run-operation.js'

/** Changes the end of a reservation, its estimate, or both. */
export async function extendReservation(
  context: EntitlementsContext,
  input: ExtendReservationArgs,
): Promise<ReserveOutcome> {
  const { accountId, subAccountId, place } = await authorizeReservation(context, input.reservationId)
  const { expiresInSeconds = null, estimate = null, work = null } = input
  const invalid = invalidUse(input.idempotencyKey) ?? (work && invalidAmountOfWork(estimate, null, 'estimate'))
  if (invalid) return denied(invalid)
  const key = operationKey(context.caller, 'extendReservation', input.idempotencyKey, [
    input.reservationId,
    expiresInSeconds,
    estimate,
    ...workOfKey(work),
  ])
  const operation = { kind: 'extend', reservation: place, subAccountId, expiresInSeconds, estimate, work, key } as const
  return (await runOperation(context, accountId, operation)) as ReserveOutcome
}
