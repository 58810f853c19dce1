import { ALERT_BASES, type AlertBasis, type AlertRow } from '#entities/entitlements/alert.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { AccountSnapshot } from '../model/account-snapshot.js'
import { thresholdOf } from '../model/alert.js'
import { balanceOf, withBase } from '../model/decide-levels.js'
import {
  allowanceUseOf,
  forecastUnits,
  isForecastBeyond,
  isLevelReached,
  isUsageAlertable,
  windowUseOf,
} from '../model/decide-usage-alerts.js'

/** An alert of an account with the numbers that it watches. */
export interface AlertState {
  readonly id: string
  readonly feature: FeatureDefinition
  readonly basis: AlertBasis
  readonly percent: number | null
  /** The level in units. Null for a forecast, and for a percent without an allowance. */
  readonly units: number | null
  /** The allowance, or the highest balance since the last grant. Null if unlimited, and for a level of a balance in units. */
  readonly base: number | null
  readonly used: number | null
  readonly balance: number | null
  readonly forecast: number | null
  readonly reached: boolean
  readonly resetsAt: Date | null
}

/** Alerts by their IDs, also those that have ended. */
export const alertsByIds = ({ query }: Pick<Sql, 'query'>, ids: readonly string[]): Promise<AlertRow[]> =>
  query.selectFrom('alert').selectAll().where('id', 'in', ids).execute()

/** Alerts of an account in the order of the catalog, by basis: levels of use ascending, levels of a balance descending. */
export async function alertStates(context: CatalogContext, snapshot: AccountSnapshot): Promise<AlertState[]> {
  const catalog = context.catalog.current()
  const rows = await context.database.query
    .selectFrom('alert')
    .selectAll()
    .where('accountId', '=', snapshot.accountId)
    .where('action', '=', 'NOTIFY')
    .where('endedAt', 'is', null)
    .execute()
  return [...catalog.features.values()].flatMap((feature) =>
    rows
      .filter(
        ({ feature: code, basis }) =>
          code === feature.code && (basis === 'BALANCE' || isUsageAlertable(catalog, feature)),
      )
      .map((row) => stateOf(snapshot, feature, row))
      .toSorted(byLevel),
  )
}

const byLevel = (left: AlertState, right: AlertState): number =>
  ALERT_BASES.indexOf(left.basis) - ALERT_BASES.indexOf(right.basis) ||
  (left.basis === 'BALANCE'
    ? (right.units ?? 0) - (left.units ?? 0)
    : (left.percent ?? 101) - (right.percent ?? 101) || (left.units ?? 0) - (right.units ?? 0))

function stateOf(snapshot: AccountSnapshot, feature: FeatureDefinition, row: AlertRow): AlertState {
  const { id, basis, percent } = row
  const none = {
    id,
    feature,
    basis,
    percent,
    units: row.units,
    used: null,
    balance: null,
    forecast: null,
    resetsAt: null,
  }
  if (basis === 'BALANCE') {
    const balance = balanceOf(snapshot, feature)
    const { base } = withBase(snapshot, feature, { ...row, basis }, balance)
    const units = thresholdOf(row, base)
    return { ...none, units, base, balance: Number.isFinite(balance) ? balance : null, reached: balance < units }
  }
  const use = windowUseOf(snapshot, feature)
  const limited = allowanceUseOf(snapshot, feature)
  const base = limited?.allowance ?? null
  return {
    ...none,
    units: percent !== null && base !== null ? thresholdOf(row, base) : row.units,
    base,
    used: use?.used ?? 0,
    forecast: limited && forecastUnits(limited, snapshot.at),
    reached:
      basis === 'FORECAST'
        ? limited !== null && isForecastBeyond(limited, snapshot.at)
        : use !== null && isLevelReached(use, row),
    // Without any allowance nothing begins again.
    resetsAt: use?.allowance === 0 ? null : (use?.window.end ?? null),
  }
}
