import type { PlanMigrationRow } from '#entities/billing/plan-migration.entity.js'
import { refused } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { PLAN_MIGRATION_RUN } from './migrate-plan.js'
import { findRunningMigration } from './plan-migrations.js'
import { publishMigration } from './publish-migration.js'
import { lockMigration, setMigrationState } from './stop-plan-migration.js'

/** Continues a stopped migration with its remaining steps. A repeated call changes nothing. Operators only. */
export async function resumePlanMigration(context: BillingContext, id: string): Promise<PlanMigrationRow | Denied> {
  return context.database.transaction(async (transaction) => {
    const migration = await lockMigration(transaction, id)
    if (migration.state === 'RUNNING') return migration
    if (migration.state === 'COMPLETED') return refuse('This migration is COMPLETED.')
    const running = await findRunningMigration(transaction, migration.planId)
    if (running) return refuse(`Migration ${running.id} of this plan is running.`)
    const runAt = context.clock.now()
    await scheduleJob(transaction, { kind: PLAN_MIGRATION_RUN, key: id, accountId: null, runAt })
    await publishMigration(transaction, migration, 'plan_migration.resumed')
    return setMigrationState(transaction, id, 'RUNNING')
  })
}

const refuse = (message: string): Denied => denied(refused('INVALID_TRANSITION', message, { field: 'planMigrationId' }))
