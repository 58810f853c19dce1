import type { Sql } from '../../kernel/database/sql.js'
import type { CatalogPlan, CatalogSnapshot } from '../../catalog/snapshot/catalog-snapshot.js'
import { defaultPlan } from '../../catalog/snapshot/catalog-snapshot.js'

/** A plan that an account holds, and why. */
export interface HeldPlan {
  readonly plan: CatalogPlan
  /** Null for a default plan, which nobody had to buy. */
  readonly assignment: Assignment | null
}

export interface Assignment {
  readonly id: string
  readonly planVersionId: string
  readonly groupCode: string
  readonly sourceType: string
  readonly sourceId: string
  readonly quantity: number
  readonly since: Date
  readonly periodEnd: Date | null
  readonly lapsesAt: Date | null
}

/** What an account's rights rest on, read by one statement: they belong together. */
export interface RightsFacts {
  readonly accountId: string
  readonly accountName: string
  readonly version: number
  readonly createdAt: Date
  /** The business time that the facts describe. */
  readonly at: Date
  /** One plan for each group of the catalog; the default group first. */
  readonly held: readonly HeldPlan[]
  /** How many named resources count against a limit, by feature. */
  readonly allocated: Readonly<Record<string, number>>
}

interface RightsRow {
  readonly id: string
  readonly name: string
  readonly version: number
  readonly createdAt: Date
  readonly assignments:
    | (Omit<Assignment, 'since' | 'periodEnd' | 'lapsesAt'> & {
        since: string
        periodEnd: string | null
        lapsesAt: string | null
      })[]
    | null
  readonly allocated: Record<string, number> | null
}

const RIGHTS = `
  select a.id, a.name, a.version, a.created_at,
    (select json_agg(json_build_object('id', p.id, 'planVersionId', p.plan_version_id, 'groupCode', p.group_code, 'sourceType', p.source_type,
        'sourceId', p.source_id, 'quantity', p.quantity, 'since', p.since, 'periodEnd', p.period_end, 'lapsesAt', p.lapses_at))
      from plan_assignment p where p.account_id = a.id and p.since <= $2
        and (p.lapses_at is null or p.lapses_at > $2) and (p.ended_at is null or p.ended_at > $2)) as assignments,
    (select json_object_agg(counted.feature, counted.held) from (
        select feature, count(*)::int as held from allocation l where l.account_id = a.id and l.allocated_at <= $2
          and (l.released_at is null or l.released_at > $2) group by feature) counted) as allocated
  from account a`

/** The facts of several accounts, in one statement. */
export async function loadRightsOfMany(
  sql: Sql,
  catalog: CatalogSnapshot,
  accountIds: readonly string[],
  at: Date,
): Promise<Map<string, RightsFacts>> {
  const rows = await sql.rows<RightsRow>(`${RIGHTS} where a.id = any($1)`, [accountIds, at])
  return new Map(rows.map((row) => [row.id, toFacts(row, catalog, at)]))
}

/** The facts of one account; null when there is no such account. */
export async function loadRights(
  sql: Sql,
  catalog: CatalogSnapshot,
  accountId: string,
  at: Date,
): Promise<RightsFacts | null> {
  const row = await sql.row<RightsRow>(`${RIGHTS} where a.id = $1`, [accountId, at])
  return row ? toFacts(row, catalog, at) : null
}

function toFacts(row: RightsRow, catalog: CatalogSnapshot, at: Date): RightsFacts {
  const assignments = (row.assignments ?? []).map((assignment) => ({
    ...assignment,
    since: new Date(assignment.since),
    periodEnd: assignment.periodEnd ? new Date(assignment.periodEnd) : null,
    lapsesAt: assignment.lapsesAt ? new Date(assignment.lapsesAt) : null,
  }))
  const groups = new Set([catalog.defaultGroup, ...catalog.plans.map((plan) => plan.group)])
  return {
    accountId: row.id,
    accountName: row.name,
    version: row.version,
    createdAt: row.createdAt,
    at,
    held: [...groups].map((group) => heldPlan(catalog, group, assignments)),
    allocated: row.allocated ?? {},
  }
}

/** The highest rank that is assigned in a group, else its default plan. */
function heldPlan(catalog: CatalogSnapshot, group: string, assignments: readonly Assignment[]): HeldPlan {
  const candidates = assignments
    .filter((assignment) => assignment.groupCode === group)
    .map((assignment) => ({ assignment, plan: catalog.planByVersionId.get(assignment.planVersionId) }))
    .filter((candidate): candidate is { assignment: Assignment; plan: CatalogPlan } => candidate.plan !== undefined)
    .sort((left, right) => right.plan.rank - left.plan.rank)
  return candidates[0] ?? { plan: defaultPlan(catalog, group), assignment: null }
}

/** The plan that gates deployments and that `account.plan` shows. */
export const mainPlan = (facts: RightsFacts): HeldPlan => facts.held[0]!
