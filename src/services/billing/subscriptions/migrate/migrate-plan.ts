import type { PlanMigrationRow } from '#entities/billing/plan-migration.entity.js'
import type { CatalogPlan } from '#services/catalog/snapshot/catalog-snapshot.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { subscribersOfOldVersions } from './migration-candidates.js'
import { insertMigrationSteps } from './migration.sql.js'
import { findMigration, findRunningMigration } from './plan-migrations.js'
import { publishMigration } from './publish-migration.js'

/** Job that works on the steps of a migration; its key is the migration. */
export const PLAN_MIGRATION_RUN = 'plan_migration.run'

const STEPS_PER_STATEMENT = 1_000

/**
 * Starts the migration of the subscribers of earlier versions of a plan to the current one. Loading a catalog never does
 * that. The subscribers are listed now and migrated by a background job. Operators only.
 */
export async function migratePlan(
  context: BillingContext,
  input: { readonly plan: string; readonly idempotencyKey: string },
): Promise<PlanMigrationRow | Denied> {
  const plan = planToMigrate(context, input.plan)
  if (plan.__typename === 'Refused') return denied(plan)
  return runIdempotent<PlanMigrationRow>(context.database, {
    scope: idempotencyScope(context.caller, '', 'migratePlan', input.idempotencyKey),
    request: { plan: input.plan },
    replay: async (transaction, { id }) => (await findMigration(transaction, id))!,
    execute: async (transaction) => {
      const running = await findRunningMigration(transaction, plan.id)
      if (running)
        return denied(
          refused('INVALID_TRANSITION', `Migration ${running.id} of this plan is running.`, { field: 'plan' }),
        )
      const value = await beginMigration(context, transaction, plan)
      return { value, reference: { __typename: 'PlanMigration', id: value.id } }
    },
  })
}

/** The plan of a code, or the denial. */
export const planToMigrate = (
  context: { readonly catalog: Pick<BillingContext['catalog'], 'current'> },
  code: string,
): CatalogPlan | Refused =>
  context.catalog.current().planByCode.get(code) ??
  refused('INVALID_PLAN', `Invalid plan tier: plan '${code}' not found.`, { field: 'plan' })

async function beginMigration(
  context: BillingContext,
  transaction: Transaction,
  plan: CatalogPlan,
): Promise<PlanMigrationRow> {
  const now = context.clock.now()
  const subscribers = await subscribersOfOldVersions(transaction, plan)
    .select(['subscription.id', 'subscription.accountId', 'subscription.planVersionId'])
    .orderBy('subscription.id')
    .execute()
  const isEmpty = subscribers.length === 0
  const migration = await transaction.query
    .insertInto('plan_migration')
    .values({
      id: transaction.newId('pmg'),
      planId: plan.id,
      toPlanVersionId: plan.versionId,
      requestedBy: context.caller.principal,
      createdAt: now,
      ...(isEmpty ? { state: 'COMPLETED', finishedAt: now } : {}),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  for (let at = 0; at < subscribers.length; at += STEPS_PER_STATEMENT) {
    const part = subscribers.slice(at, at + STEPS_PER_STATEMENT)
    await transaction.run(insertMigrationSteps, {
      migrationId: migration.id,
      ids: part.map(() => transaction.newId('pms')),
      subscriptionIds: part.map(({ id }) => id),
      accountIds: part.map(({ accountId }) => accountId),
      versionIds: part.map(({ planVersionId }) => planVersionId),
    })
  }
  if (!isEmpty)
    await scheduleJob(transaction, { kind: PLAN_MIGRATION_RUN, key: migration.id, accountId: null, runAt: now })
  await publishMigration(transaction, migration, 'plan_migration.started')
  if (isEmpty) await publishMigration(transaction, migration, 'plan_migration.completed')
  return migration
}
