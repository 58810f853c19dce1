import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { AccountOutcome } from '#services/identity/model/account-outcome.js'
import { changeSeats, type SeatScope } from './change-seats.js'

/** Frees the seat of a user. */
export const unassignSeat = (
  context: CatalogContext,
  { userId, ...scope }: SeatScope & { readonly userId: string },
): Promise<AccountOutcome> => changeSeats(context, scope, { from: userId, to: null })
