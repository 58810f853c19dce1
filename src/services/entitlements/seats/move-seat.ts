import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { AccountOutcome } from '#services/identity/model/account-outcome.js'
import { changeSeats, type SeatScope } from './change-seats.js'

/** Moves the seat of a user to a member without one, in one step. */
export const moveSeat = (
  context: CatalogContext,
  { fromUserId, toUserId, ...scope }: SeatScope & { readonly fromUserId: string; readonly toUserId: string },
): Promise<AccountOutcome> => changeSeats(context, scope, { from: fromUserId, to: toUserId })
