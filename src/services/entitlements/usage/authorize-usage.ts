import { AppError } from '#services/kernel/errors/app-error.js'
import { positionOf } from '#services/kernel/ids/ids.js'
import { accountIdForService, requireAccount, requireSignedIn } from '#services/identity/model/guard.js'
import type { EntitlementsContext } from '../entitlements-context.js'
import type { ReservationPosition } from './usage-operation.js'

/** The id of an account whose entitlements the caller may use. Whether there is such an account is for the engine to find. */
export async function authorizeUsage(context: EntitlementsContext, reference: string): Promise<string> {
  requireSignedIn(context)
  const id = accountIdForService(context.caller, reference, 'entitlements:use')
  return id ?? (await requireAccount(context, reference, 'entitlements:use')).id
}

/**
 * The account and place that a reservation's id names; what is not the caller's does not exist. A key of a sub-account
 * finds its own reservations in the pool of the parent.
 */
export async function authorizeReservation(
  context: EntitlementsContext,
  reservationId: string,
): Promise<{ accountId: string; subAccountId: string | null; place: ReservationPosition }> {
  requireSignedIn(context)
  const named = positionOf(reservationId, 'rsv', 'acc', 2)
  if (!named) throw reservationNotFound()
  const place = { version: named.place[0]!, operationNo: named.place[1]! }
  const { caller } = context
  const ownId = caller.kind === 'service' ? caller.accountId : null
  try {
    if (ownId !== null && ownId !== named.ownerId)
      return { accountId: named.ownerId, subAccountId: await authorizeUsage(context, ownId), place }
    return { accountId: await authorizeUsage(context, named.ownerId), subAccountId: null, place }
  } catch (error) {
    throw error instanceof AppError && error.code === 'NOT_FOUND' ? reservationNotFound() : error
  }
}

export const reservationNotFound = (): AppError => new AppError('NOT_FOUND', 'Reservation not found.')
