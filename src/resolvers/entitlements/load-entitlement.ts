import type { CreditBalance } from '#schema/entitlements/credit-balance.type.js'
import type { Entitlement } from '#schema/entitlements/entitlement.type.js'
import type { AccountSnapshot } from '#services/entitlements/model/account-snapshot.js'
import { parseFeatureId } from '#services/entitlements/snapshot/entitlement-id.js'
import { evaluateFeature } from '#services/entitlements/model/evaluate-entitlements.js'
import { readEntitlements } from '#services/entitlements/model/visible-entitlements.js'
import type { RequestContext } from '#context/request-context.js'
import { toCreditBalance } from './credit.mapper.js'
import { toEntitlement } from './entitlement.mapper.js'

/** Snapshot of an account, now (shared by all fields of the response) or at another time. */
export function snapshotOf(
  context: RequestContext,
  accountId: string,
  asOf: Date | null = null,
): Promise<AccountSnapshot | null> {
  return asOf ? context.loaders.snapshotAsOf.load({ accountId, asOf }) : context.loaders.snapshots.load(accountId)
}

/** Entitlement by its ID. Null for other IDs, and if the caller cannot see the account's entitlements. */
export async function loadEntitlement(context: RequestContext, id: string): Promise<Entitlement | null> {
  const catalog = context.catalog.current()
  const place = parseFeatureId(id, 'ent')
  const feature = place && catalog.features.get(place.feature)
  if (!feature) return null
  const { asOf } = place
  const snapshot = await readEntitlements(context, place.accountId, (accountId) => snapshotOf(context, accountId, asOf))
  return snapshot && toEntitlement(evaluateFeature(catalog, snapshot, feature), asOf)
}

/** Credit balance by its ID. Null for other IDs, without credits, and if the caller cannot see them. */
export async function loadCreditBalance(context: RequestContext, id: string): Promise<CreditBalance | null> {
  const catalog = context.catalog.current()
  const place = parseFeatureId(id, 'cbl')
  const feature = place && catalog.features.get(place.feature)
  if (!feature) return null
  const balances = await readEntitlements(context, place.accountId, (accountId) =>
    context.loaders.creditBalances.load(accountId),
  )
  const balance = balances?.find((one) => one.feature === feature.code)
  return balance ? toCreditBalance(feature, balance) : null
}
