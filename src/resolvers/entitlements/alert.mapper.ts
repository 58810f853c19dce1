import type { Alert } from '#schema/entitlements/alert.type.js'
import { alertStates, type AlertState } from '#services/entitlements/alerts/alert-states.js'
import { visibleEntitlementObject } from '#services/entitlements/model/visible-entitlements.js'
import type { RequestContext } from '#context/request-context.js'
import { toFeature } from '../catalog/plan.mapper.js'
import { snapshotOf } from './load-entitlement.js'

export const toAlert = ({ feature, ...state }: AlertState): Alert => ({
  __typename: 'Alert',
  feature: toFeature(feature),
  ...state,
})

/** Alerts of an account with the numbers that they watch. */
export async function alertsOf(context: RequestContext, accountId: string): Promise<AlertState[]> {
  const snapshot = await snapshotOf(context, accountId)
  return snapshot ? alertStates(context, snapshot) : []
}

/** Alert by its ID. Null if it has ended, and if the caller cannot see it. */
export async function loadAlert(context: RequestContext, id: string): Promise<Alert | null> {
  const row = await visibleEntitlementObject(context, await context.loaders.alert.load(id))
  const state = row && (await alertsOf(context, row.accountId)).find((alert) => alert.id === id)
  return state ? toAlert(state) : null
}
