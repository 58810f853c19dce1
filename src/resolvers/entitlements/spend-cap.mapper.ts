import type { SpendCapRow } from '#entities/entitlements/spend-cap.entity.js'
import type { SpendCap } from '#schema/entitlements/spend-cap.type.js'
import { visibleEntitlementObject } from '#services/entitlements/model/visible-entitlements.js'
import type { CapState } from '#services/entitlements/model/cap-state.js'
import { capState } from '#services/entitlements/model/decide-spend.js'
import type { RequestContext } from '#context/request-context.js'
import { toFeature } from '../catalog/plan.mapper.js'
import { toQuantity } from '../kernel/price.mapper.js'
import { snapshotOf } from './load-entitlement.js'

export const toSpendCap = ({ feature, cap, used, reserved, remaining, period }: CapState): SpendCap => ({
  __typename: 'SpendCap',
  id: cap.id,
  feature: toFeature(feature),
  period: cap.period,
  limit: toQuantity(cap.amount, cap.currency),
  used: toQuantity(used, cap.currency),
  reserved: toQuantity(reserved, cap.currency),
  remaining: toQuantity(remaining, cap.currency),
  resetsAt: period.end,
  userId: cap.userId,
  subAccountId: cap.subAccountId,
  setByOperator: cap.setByOperator,
  alertPercents: cap.alertPercents,
})

/** Cap of a row with its use in the present period. Null if the catalog no longer has its feature. */
export async function spendCapOfRow(context: RequestContext, row: SpendCapRow): Promise<SpendCap | null> {
  const feature = context.catalog.current().features.get(row.feature)
  const snapshot = await snapshotOf(context, row.accountId)
  return feature && snapshot ? toSpendCap(capState(snapshot, feature, row)) : null
}

/** Cap by its ID. Null if it has ended, and if the caller sees neither its account nor the sub-account that it limits. */
export async function loadSpendCap(context: RequestContext, id: string): Promise<SpendCap | null> {
  const row = await context.loaders.spendCap.load(id)
  if (!row || row.endedAt) return null
  const { accountId, subAccountId } = row
  const sees = async (id: string) => (await visibleEntitlementObject(context, { accountId: id })) !== null
  const isVisible = (await sees(accountId)) || (subAccountId !== null && (await sees(subAccountId)))
  return isVisible ? spendCapOfRow(context, row) : null
}
