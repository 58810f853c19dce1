import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { AccountSnapshot } from '../model/account-snapshot.js'
import { balanceOf, lastGrantAt, rebased } from '../model/decide-levels.js'
import { thresholdOf } from '../model/balance-level.js'

/** A level of an account with the present balance. */
export interface BalanceAlertState {
  readonly feature: FeatureDefinition
  readonly threshold: number
  /** Null for a level in units. */
  readonly percent: number | null
  /** Highest balance since the last grant. Null for a level in units. */
  readonly base: number | null
  /** Null if unlimited. */
  readonly balance: number | null
  readonly below: boolean
}

/** Balance alerts of an account, the highest level of a feature first. */
export async function balanceAlerts(context: CatalogContext, snapshot: AccountSnapshot): Promise<BalanceAlertState[]> {
  const catalog = context.catalog.current()
  const { accountId } = snapshot
  const units = await context.database.query
    .selectFrom('balance_level')
    .select(['feature', 'threshold'])
    .where('accountId', '=', accountId)
    .where('action', '=', 'ALERT')
    .where('endedAt', 'is', null)
    .execute()
  const percents = await context.database.query
    .selectFrom('balance_percent_level')
    .select(['feature', 'percent', 'base', 'basedAt'])
    .where('accountId', '=', accountId)
    .where('endedAt', 'is', null)
    .execute()
  const levels = [
    ...units.map((row) => ({ ...row, share: null })),
    ...percents.map(({ feature, ...share }) => ({ feature, threshold: 0, share })),
  ]
  const states = levels.flatMap(({ feature: code, threshold, share }) => {
    const feature = catalog.features.get(code)
    if (!feature) return []
    const balance = balanceOf(snapshot, feature)
    const based = share && rebased(share, balance, lastGrantAt(snapshot, feature))
    const units = based ? thresholdOf(based) : threshold
    return [
      {
        feature,
        threshold: units,
        percent: based?.percent ?? null,
        base: based?.base ?? null,
        balance: Number.isFinite(balance) ? balance : null,
        below: balance < units,
      },
    ]
  })
  return states.toSorted(
    (left, right) => left.feature.code.localeCompare(right.feature.code) || right.threshold - left.threshold,
  )
}
