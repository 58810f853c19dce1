import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { changeSeats, type SeatOutcome, type SeatScope } from './change-seats.js'

/** Assigns a free seat to a member. A member with a seat keeps it. */
export const assignSeat = (
  context: CatalogContext,
  { userId, ...scope }: SeatScope & { readonly userId: string },
): Promise<SeatOutcome> => changeSeats(context, scope, { from: null, to: userId })
