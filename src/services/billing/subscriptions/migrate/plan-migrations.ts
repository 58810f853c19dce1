import type { PlanMigrationRow, PlanMigrationState } from '#entities/billing/plan-migration.entity.js'
import type { PlanMigrationStepRow, PlanMigrationStepState } from '#entities/billing/plan-migration-step.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Page, PageRequest } from '#services/kernel/paging/page.js'
import { readRows } from '#services/kernel/paging/read-rows.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'

export interface PlanMigrationFilter {
  /** Codes of plans. */
  readonly plans?: readonly string[] | null
  readonly statuses?: readonly PlanMigrationState[] | null
}

/** Migrations of the installation, newest first. Operators only. */
export function planMigrations(
  context: BillingContext,
  { plans, statuses }: PlanMigrationFilter,
  request: PageRequest,
): Promise<Page<PlanMigrationRow>> {
  const { planByCode } = context.catalog.current()
  const planIds = plans?.flatMap((code) => planByCode.get(code)?.id ?? [])
  return readRows(
    request,
    'plan migrations',
    context.database.query
      .selectFrom('plan_migration')
      .selectAll()
      .$if(!!planIds, (query) => query.where('planId', 'in', planIds!))
      .$if(!!statuses, (query) => query.where('state', 'in', statuses!)),
  )
}

/** Steps of a migration that the caller was given, in the order in which they are first attempted. */
export const stepsOfMigration = (
  { database }: { database: Sql },
  migrationId: string,
  states: readonly PlanMigrationStepState[] | null,
  request: PageRequest,
): Promise<Page<PlanMigrationStepRow>> =>
  readRows(
    request,
    `steps ${migrationId}`,
    database.query
      .selectFrom('plan_migration_step')
      .selectAll()
      .where('migrationId', '=', migrationId)
      .$if(!!states, (query) => query.where('state', 'in', states!)),
    { ascending: true },
  )

/** Number of steps of a migration in one state. */
export interface MigrationStepCount {
  readonly migrationId: string
  readonly state: PlanMigrationStepState
  readonly count: number
}

/** Number of steps of migrations in each state. */
export const countSteps = ({ query }: Sql, migrationIds: readonly string[]): Promise<MigrationStepCount[]> =>
  query
    .selectFrom('plan_migration_step')
    .select(({ fn }) => ['migrationId', 'state', fn.countAll<number>().as('count')])
    .where('migrationId', 'in', migrationIds)
    .groupBy(['migrationId', 'state'])
    .execute()

export const migrationsByIds = ({ query }: Sql, ids: readonly string[]): Promise<PlanMigrationRow[]> =>
  query.selectFrom('plan_migration').selectAll().where('id', 'in', ids).execute()

export const migrationStepsByIds = ({ query }: Sql, ids: readonly string[]): Promise<PlanMigrationStepRow[]> =>
  query.selectFrom('plan_migration_step').selectAll().where('id', 'in', ids).execute()

export const findMigration = async ({ query }: Sql, id: string): Promise<PlanMigrationRow | null> =>
  (await query.selectFrom('plan_migration').selectAll().where('id', '=', id).executeTakeFirst()) ?? null

/** The migration of a plan that runs. A concurrent start waits for it. */
export const findRunningMigration = async ({ query }: Sql, planId: string): Promise<PlanMigrationRow | null> =>
  (await query
    .selectFrom('plan_migration')
    .selectAll()
    .where('planId', '=', planId)
    .where('state', '=', 'RUNNING')
    .executeTakeFirst()) ?? null
