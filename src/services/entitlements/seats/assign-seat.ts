import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { AccountOutcome } from '#services/identity/model/account-outcome.js'
import { changeSeats, type SeatScope } from './change-seats.js'

/** Assigns a free seat to a member, or moves that of another user in one step. A member with a seat keeps it. */
export const assignSeat = (
  context: CatalogContext,
  { userId, fromUserId = null, ...scope }: SeatScope & { readonly userId: string; readonly fromUserId?: string | null },
): Promise<AccountOutcome> => changeSeats(context, scope, { from: fromUserId, to: userId })
