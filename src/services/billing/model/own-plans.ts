import type { CatalogPlan, CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { COMPED } from '#services/entitlements/plans/assign-plan.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { includedIn } from './already-included.js'

type Catalog = Pick<CatalogSnapshot, 'planByVersionId'>

/** Plans that an account has and that no operator gave free of charge, and those of them that it bought once, without an end. */
export async function ownPlans(
  catalog: Catalog,
  sql: Sql,
  accountId: string,
): Promise<{ readonly ownPlans: CatalogPlan[]; readonly lifetimePlans: CatalogPlan[] }> {
  const held = await ownAssignments(sql, accountId)
  return { ownPlans: plansOf(catalog, held), lifetimePlans: plansOf(catalog, held.filter(isLifetime)) }
}

/** True if the account had bought a plan without an end by `at`, and that plan makes a payment for `plan` unnecessary. */
export async function wasIncluded(
  catalog: Catalog,
  sql: Sql,
  accountId: string,
  { plan, at }: { readonly plan: Pick<CatalogPlan, 'group' | 'rank'>; readonly at: Date },
): Promise<boolean> {
  const held = await ownAssignments(sql, accountId)
  const lifetimes = held.filter((assignment) => isLifetime(assignment) && assignment.since <= at)
  return includedIn(plansOf(catalog, lifetimes), plan) !== undefined
}

interface OwnAssignment {
  readonly sourceType: string
  readonly planVersionId: string
  readonly since: Date
  readonly expiresAt: Date | null
}

const isLifetime = ({ sourceType, expiresAt }: OwnAssignment) => sourceType === 'purchase' && expiresAt === null

const plansOf = ({ planByVersionId }: Catalog, held: readonly OwnAssignment[]): CatalogPlan[] =>
  held.flatMap(({ planVersionId }) => planByVersionId.get(planVersionId) ?? [])

const ownAssignments = ({ query }: Sql, accountId: string): Promise<OwnAssignment[]> =>
  query
    .selectFrom('plan_assignment')
    .select(['sourceType', 'planVersionId', 'since', 'expiresAt'])
    .where('accountId', '=', accountId)
    .where('sourceType', '<>', COMPED)
    .where('endedAt', 'is', null)
    .execute()
