import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { AccountSnapshot } from '../model/account-snapshot.js'
import { usagePeriodStart } from '../model/usage-period.js'
import type { CapState } from '../model/cap-state.js'
import { capStates } from '../model/decide-spend.js'
import { subAccountUsage } from '../model/sub-accounts.sql.js'

/** Use of a pool in its present period. */
export interface PoolUsage {
  readonly feature: FeatureDefinition
  readonly used: number
  readonly since: Date
}

/** A sub-account with its limits, and what it used in the pools of its parent. */
export interface SubAccountView {
  readonly accountId: string
  readonly parentId: string
  readonly since: Date
  readonly limits: readonly CapState[]
  readonly usage: readonly PoolUsage[]
}

/** The sub-accounts of an account, by name. `subAccountId`: only this one. */
export async function readSubAccounts(
  sql: Sql,
  catalog: CatalogSnapshot,
  parent: AccountSnapshot,
  subAccountId: string | null = null,
): Promise<SubAccountView[]> {
  const features = catalog.pools.flatMap((code) => catalog.features.get(code) ?? [])
  if (features.length === 0) return []
  const since = features.map((feature) => usagePeriodStart(parent, feature))
  const rows = await sql.query
    .selectFrom('sub_account as s')
    .innerJoin('account as a', 'a.id', 's.accountId')
    .select(['s.accountId', 's.since'])
    .where('s.parentId', '=', parent.accountId)
    .$if(subAccountId !== null, (query) => query.where('s.accountId', '=', subAccountId!))
    .orderBy('a.name')
    .orderBy('s.accountId')
    .execute()
  if (rows.length === 0) return []
  const used = await sql.rows(subAccountUsage, {
    parentId: parent.accountId,
    subAccountId,
    features: features.map(({ code }) => code),
    since,
  })
  const usedBy = new Map(used.map((row) => [`${row.subAccountId} ${row.feature}`, row.used]))
  return rows.map(({ accountId, since: joined }) => ({
    accountId,
    parentId: parent.accountId,
    since: joined,
    limits: features.flatMap((feature) =>
      capStates(catalog, parent, feature, { subAccountId: accountId }).filter(({ cap }) => cap.subAccountId !== null),
    ),
    usage: features.map((feature, index) => ({
      feature,
      used: usedBy.get(`${accountId} ${feature.code}`) ?? 0,
      since: since[index]!,
    })),
  }))
}
