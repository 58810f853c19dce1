import type { Consumption } from '#schema/entitlements/consumption.type.js'
import type { Reservation } from '#schema/entitlements/reservation.type.js'
import { visibleEntitlementObject } from '#services/entitlements/model/visible-entitlements.js'
import { consumptionOf, operationPosition, reservationViewOf } from '#services/entitlements/usage/replay-result.js'
import type { RequestContext } from '#context/request-context.js'
import { snapshotOf } from './load-entitlement.js'
import { toConsumption, toReservation } from './usage.mapper.js'

/** Consumption by its ID. Null for other IDs, and if the caller cannot see the account's entitlements. */
export async function loadConsumption(context: RequestContext, id: string): Promise<Consumption | null> {
  const place = await visibleEntitlementObject(context, operationPosition(id, 'csm'))
  if (!place) return null
  const [entries, snapshot] = await Promise.all([
    context.loaders.operationEntries.load(place),
    snapshotOf(context, place.accountId),
  ])
  const consumption = snapshot && consumptionOf(context.catalog.current(), entries, snapshot)
  return consumption && toConsumption(consumption)
}

/** Reservation by its ID. Null for other IDs, and if the caller cannot see the account's entitlements. */
export async function loadReservation(context: RequestContext, id: string): Promise<Reservation | null> {
  const place = await visibleEntitlementObject(context, operationPosition(id, 'rsv'))
  if (!place) return null
  const [row, snapshot] = await Promise.all([
    context.loaders.reservation.load(place),
    snapshotOf(context, place.accountId),
  ])
  const reservation =
    row && snapshot && reservationViewOf(context.catalog.current(), row, snapshot, context.clock.now())
  return reservation && toReservation(reservation)
}
