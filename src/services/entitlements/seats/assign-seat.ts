import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { AccountOutcome } from '#services/identity/model/account-outcome.js'
import { changeSeats, type SeatScope } from './change-seats.js'

/** Assigns a free seat to a member. A member with a seat keeps it. */
export const assignSeat = (
  context: CatalogContext,
  { userId, ...scope }: SeatScope & { readonly userId: string },
): Promise<AccountOutcome> => changeSeats(context, scope, { from: null, to: userId })
