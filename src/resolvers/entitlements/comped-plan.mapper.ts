import type { CompedPlan } from '#schema/entitlements/comped-plan.type.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { visibleEntitlementObject } from '#services/entitlements/model/visible-entitlements.js'
import { compedPlansOfAccount, type CompedPlan as Comp } from '#services/entitlements/plans/comped-plans-of-account.js'
import type { RequestContext } from '#context/request-context.js'
import { toCurrentPlan } from '../catalog/plan.mapper.js'
import { snapshotOf } from './load-entitlement.js'

export const toCompedPlan = (catalog: CatalogSnapshot, { plan, next, since, until, ...rest }: Comp): CompedPlan => ({
  __typename: 'CompedPlan',
  ...rest,
  startsAt: since,
  endsAt: until,
  plan: toCurrentPlan(catalog, plan),
  next: toCurrentPlan(catalog, next),
})

/** Complimentary plan by its ID. Null after its end, and if the caller cannot see the entitlements of its account. */
export async function loadCompedPlan(context: RequestContext, id: string): Promise<CompedPlan | null> {
  const row = await visibleEntitlementObject(context, await context.loaders.compedPlan.load(id))
  const snapshot = row && (await snapshotOf(context, row.accountId))
  if (!snapshot) return null
  const catalog = context.catalog.current()
  const comp = (await compedPlansOfAccount(context.database, catalog, snapshot)).find((one) => one.id === id)
  return comp ? toCompedPlan(catalog, comp) : null
}
