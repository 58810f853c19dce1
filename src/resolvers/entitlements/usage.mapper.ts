import type { Feature } from '#schema/catalog/feature.type.js'
import type { Allocation } from '#schema/entitlements/allocation.type.js'
import type { Consumption, GrantUse } from '#schema/entitlements/consumption.type.js'
import type { Entitlement } from '#schema/entitlements/entitlement.type.js'
import type { FailurePolicy } from '#schema/entitlements/failure-policy.js'
import type { Reservation } from '#schema/entitlements/reservation.type.js'
import type {
  AllocationView,
  Consumption as ConsumptionValue,
  Deduction as GrantUseValue,
  ReservationView,
} from '#services/entitlements/usage/usage-operation.js'
import { evaluateFeature } from '#services/entitlements/model/evaluate-entitlements.js'
import type { AccountSnapshot } from '#services/entitlements/model/account-snapshot.js'
import { toFeature } from '../catalog/plan.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { toOverageCharge } from './overage.mapper.js'
import { toEntitlement, toSource } from './entitlement.mapper.js'
import { toUsagePrice } from './usage-price.mapper.js'

/** The entitlement after the operation: computed from the snapshot of the decision, and only if selected. */
export function entitlementAfter(
  context: RequestContext,
  { feature, snapshot }: { readonly feature: Feature; readonly snapshot: AccountSnapshot },
): Entitlement {
  const catalog = context.catalog.current()
  return toEntitlement(evaluateFeature(catalog, snapshot, catalog.features.get(feature.code)!))
}

export const toConsumption = (
  { feature, taken, id, amount, debt, at, price, charges, basis, details, snapshot }: ConsumptionValue,
  appliedFailurePolicy: FailurePolicy | null = null,
): Consumption => ({
  __typename: 'Consumption',
  id,
  feature: toFeature(feature),
  amount,
  taken: taken.map(toGrantUse),
  debt,
  at,
  appliedFailurePolicy: appliedFailurePolicy,
  price: price && toUsagePrice(price),
  overageCharges: charges.length > 0 ? charges.map(toOverageCharge) : NO_OVERAGE,
  properties: details.properties
    ? Object.entries(details.properties).map(([name, value]) => ({ name, value }))
    : NO_PROPERTIES,
  providerCost: details.providerCost ?? null,
  late: basis === 'LATE',
  estimated: basis === 'ESTIMATE',
  snapshot,
})

const NO_OVERAGE: Consumption['overageCharges'] = []
const NO_PROPERTIES: Consumption['properties'] = []

export const toGrantUse = ({ source, amount }: GrantUseValue): GrantUse => ({
  __typename: 'GrantUse',
  source: toSource(source),
  amount,
})

export const toReservation = ({
  id,
  feature,
  amount,
  status,
  expiresAt,
  onExpiry,
  estimate,
  price,
  snapshot,
}: ReservationView): Reservation => ({
  __typename: 'Reservation',
  id,
  feature: toFeature(feature),
  amount,
  status,
  expiresAt,
  onExpiry,
  estimate,
  price: price && toUsagePrice(price),
  snapshot,
})

export const toAllocation = ({ feature, resourceId, allocated, snapshot }: AllocationView): Allocation => ({
  __typename: 'Allocation',
  feature: toFeature(feature),
  resourceId,
  allocated,
  snapshot,
})
