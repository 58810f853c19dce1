import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { changeSeats, type SeatOutcome, type SeatScope } from './change-seats.js'

/** Frees the seat of a user. */
export const unassignSeat = (
  context: CatalogContext,
  { userId, ...scope }: SeatScope & { readonly userId: string },
): Promise<SeatOutcome> => changeSeats(context, scope, { from: userId, to: null })
