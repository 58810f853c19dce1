import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { AccountSnapshot } from '../snapshot/account-snapshot.js'
import { balanceOf } from './decide-levels.js'

/** A level of an account with the present balance. */
export interface BalanceAlertState {
  readonly feature: FeatureDefinition
  readonly threshold: number
  /** Null if unlimited. */
  readonly balance: number | null
  readonly below: boolean
}

/** Balance alerts of an account, the highest level of a feature first. */
export async function balanceAlerts(context: CatalogContext, snapshot: AccountSnapshot): Promise<BalanceAlertState[]> {
  const catalog = context.catalog.current()
  const rows = await context.database.query
    .selectFrom('balance_level')
    .select(['feature', 'threshold'])
    .where('accountId', '=', snapshot.accountId)
    .where('action', '=', 'ALERT')
    .where('endedAt', 'is', null)
    .orderBy('feature')
    .orderBy('threshold', 'desc')
    .execute()
  return rows.flatMap(({ feature: code, threshold }) => {
    const feature = catalog.features.get(code)
    if (!feature) return []
    const balance = balanceOf(snapshot, feature)
    return [{ feature, threshold, balance: Number.isFinite(balance) ? balance : null, below: balance < threshold }]
  })
}
