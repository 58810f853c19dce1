import type { PlanMigrationRow } from '#entities/billing/plan-migration.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { refused } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { cancelJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { PLAN_MIGRATION_RUN } from './migrate-plan.js'
import { publishMigration } from './publish-migration.js'

/**
 * Stops a migration: once this returns, no further change begins. Changes that have begun are completed. A repeated call
 * changes nothing. Operators only.
 */
export async function stopPlanMigration(context: BillingContext, id: string): Promise<PlanMigrationRow | Denied> {
  return context.database.transaction(async (transaction) => {
    const migration = await lockMigration(transaction, id)
    if (migration.state === 'COMPLETED')
      return denied(refused('INVALID_TRANSITION', 'This migration is COMPLETED.', { field: 'planMigrationId' }))
    if (migration.state === 'STOPPED') return migration
    await cancelJob(transaction, PLAN_MIGRATION_RUN, id)
    await publishMigration(transaction, migration, 'plan_migration.stopped')
    return setMigrationState(transaction, id, 'STOPPED')
  })
}

/** The migration, locked. Throws if it does not exist. */
export async function lockMigration({ query }: Transaction, id: string): Promise<PlanMigrationRow> {
  const migration = await query
    .selectFrom('plan_migration')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!migration)
    throw new AppError('NOT_FOUND', 'Plan migration not found.', { details: { field: 'planMigrationId' } })
  return migration
}

export const setMigrationState = (
  { query }: Transaction,
  id: string,
  state: 'RUNNING' | 'STOPPED',
): Promise<PlanMigrationRow> =>
  query.updateTable('plan_migration').set({ state }).where('id', '=', id).returningAll().executeTakeFirstOrThrow()
