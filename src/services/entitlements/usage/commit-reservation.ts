import type { CommitReservationArgs } from '#schema/entitlements/consume.type.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { denied } from '#services/kernel/result/denied.js'
import type { EntitlementsContext } from '../entitlements-context.js'
import { authorizeReservation } from './authorize-usage.js'
import { invalidUse, operationKey } from './operation-key.js'
import { invalidAmountOfWork, workOfKey } from '../model/work.js'
import { givenAmount } from '../model/usage-denials.js'
import { runOperation, type ConsumeOutcome } from './run-operation.js'

/**
 * Consumes reserved units. A smaller amount releases the rest; a larger one consumes the difference if available.
 * Otherwise the reservation is unchanged. Work that costs more than is available is treated as the rate card states.
 */
export async function commitReservation(
  context: EntitlementsContext,
  input: CommitReservationArgs,
): Promise<ConsumeOutcome> {
  const { accountId, subAccountId, place } = await authorizeReservation(context, input.reservationId)
  const work = input.work ?? null
  const providerCost = input.providerCost ?? null
  const amount = givenAmount(input.amount, null, 'all reserved units')
  const invalid =
    invalidUse(input.idempotencyKey) ?? invalidProviderCost(providerCost) ?? (work && invalidAmountOfWork(amount))
  if (invalid) return denied(invalid)
  const key = operationKey(context.caller, 'commitReservation', input.idempotencyKey, [
    input.reservationId,
    amount,
    ...workOfKey(work),
    // Calls without a cost keep the input of earlier versions.
    ...(providerCost === null ? [] : [providerCost]),
  ])
  const operation = { kind: 'commit', reservation: place, subAccountId, amount, work, providerCost, key } as const
  return (await runOperation(context, accountId, operation)) as ConsumeOutcome
}

/** Up to 12 decimals, as the providers of models report their costs. */
const COST = /^\d{1,9}(?:\.\d{1,12})?$/

/** Denial of a cost that is no decimal. Null if valid. */
const invalidProviderCost = (cost: string | null): Refused | null =>
  cost === null || COST.test(cost)
    ? null
    : refused('INVALID_PARAMETERS', 'providerCost must be a decimal from 0 with at most 12 decimals.', {
        field: 'providerCost',
      })
