import type { Sql } from '#services/kernel/database/sql.js'
import type { CatalogPlan, CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { AccountSnapshot } from '../model/account-snapshot.js'
import { heldPlans } from '../model/held-plans.js'
import { COMPED } from './assign-plan.js'

/** Row of a running complimentary plan. */
export interface StoredComp {
  readonly id: string
  readonly planId: string
  readonly quantity: number
  readonly until: Date | null
  readonly reason: string | null
}

const comps = ({ query }: Sql, accountId: string) =>
  query
    .selectFrom('plan_assignment as a')
    .innerJoin('plan_version as v', 'v.id', 'a.planVersionId')
    .select(['a.id', 'v.planId', 'a.quantity', 'a.expiresAt as until', 'a.reason'])
    .where('a.accountId', '=', accountId)
    .where('a.sourceType', '=', COMPED)
    .where('a.endedAt', 'is', null)

/** The running complimentary plan of a group. Null if there is none. */
export const compedPlanOf = async (sql: Sql, accountId: string, groupCode: string): Promise<StoredComp | null> =>
  (await comps(sql, accountId).where('a.groupCode', '=', groupCode).executeTakeFirst()) ?? null

/** Accounts of complimentary plans. */
export const compedPlansByIds = (
  { query }: Sql,
  ids: readonly string[],
): Promise<{ id: string; accountId: string }[]> =>
  query
    .selectFrom('plan_assignment')
    .select(['id', 'accountId'])
    .where('id', 'in', ids)
    .where('sourceType', '=', COMPED)
    .execute()

/** A running complimentary plan, and the plan that the account has after it. */
export interface CompedPlan {
  readonly id: string
  readonly plan: CatalogPlan
  readonly quantity: number
  readonly since: Date
  readonly until: Date
  readonly reason: string
  /** The plan that the account would have without it: that of a subscription, otherwise the default plan. */
  readonly next: CatalogPlan
}

/** Complimentary plans of an account. Nothing is read if its snapshot has none. */
export async function compedPlansOfAccount(
  sql: Sql,
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
): Promise<CompedPlan[]> {
  const running = snapshot.assignments.filter(
    ({ sourceType, expiresAt }) => sourceType === COMPED && expiresAt !== null && expiresAt > snapshot.at,
  )
  if (running.length === 0) return []
  const stored = await comps(sql, snapshot.accountId).execute()
  return running.flatMap(({ id, planVersionId, quantity, since, expiresAt, groupCode }) => {
    const plan = catalog.planByVersionId.get(planVersionId)
    const row = stored.find((one) => one.id === id)
    const next = planWithout(catalog, snapshot, groupCode)
    return plan && row && next ? [{ id, plan, quantity, since, until: expiresAt!, reason: row.reason ?? '', next }] : []
  })
}

/** Pure: the plan of a group without its complimentary plan. */
export const planWithout = (
  catalog: CatalogSnapshot,
  { assignments, at }: AccountSnapshot,
  groupCode: string,
): CatalogPlan | undefined =>
  heldPlans(
    catalog,
    assignments.filter(({ sourceType }) => sourceType !== COMPED),
    at,
  ).find(({ plan }) => plan.group === groupCode)?.plan
