import type { PlanMigrationRow } from '#entities/billing/plan-migration.entity.js'
import type { PlanMigrationStepRow } from '#entities/billing/plan-migration-step.entity.js'
import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { findChange } from '#services/billing/model/change-queries.js'
import { executeChange } from '../changes/execute-change.js'
import { stateOf, type SubscriptionState } from '#services/billing/model/load-subscription-state.js'
import { insertChange } from '../changes/record-change.js'
import { readSubscription } from '#services/billing/model/subscription-queries.js'
import { decideMigration, type MigrationCandidate } from './decide-migration.js'
import { findMigration } from './plan-migrations.js'
import { publishMigration } from './publish-migration.js'

/** The job ends after this time and is scheduled again, so that a process that stops waits for seconds only. */
const SLICE_MS = 5_000
const STEPS_PER_READ = 20
/** Steps without a result in one slice after which the provider counts as unavailable: the job is retried later. */
const MAX_UNAVAILABLE = 3
/** Attempts after which a step with an unexpected error fails. */
const MAX_ATTEMPTS = 5

type StepResult = Pick<PlanMigrationStepRow, 'state'> &
  Partial<Pick<PlanMigrationStepRow, 'skippedReason' | 'error' | 'effectiveAt' | 'fromPriceId' | 'toPriceId'>>

/** Result of one attempt. `STOPPED`: the migration does not run any more, and the step was not begun. */
type Attempt = StepResult | 'STOPPED' | 'UNAVAILABLE'

/** Job of a migration: works on its pending steps. It continues after a crash where it ended. */
export async function runPlanMigration(due: ScheduledJobRow, context: BillingContext): Promise<void> {
  const { database, timers, clock } = context
  const begin = timers.monotonic()
  let unavailable = 0
  for (;;) {
    const migration = await findMigration(database, due.key)
    if (migration?.state !== 'RUNNING') return
    const steps = await pendingSteps(database, migration.id)
    if (steps.length === 0) return completeMigration(context, migration)
    for (const step of steps) {
      const attempt = await attemptStep(context, migration, step)
      if (attempt === 'STOPPED') return
      if (attempt !== 'UNAVAILABLE') await finishStep(context, step, attempt)
      else if (++unavailable === MAX_UNAVAILABLE)
        throw new AppError('UNAVAILABLE', 'The payment provider does not respond. The migration is retried.')
      if (timers.monotonic() - begin > SLICE_MS)
        return scheduleJob(database, { kind: due.kind, key: due.key, accountId: null, runAt: clock.now() })
    }
  }
}

const pendingSteps = ({ query }: Sql, migrationId: string): Promise<PlanMigrationStepRow[]> =>
  query
    .selectFrom('plan_migration_step')
    .selectAll()
    .where('migrationId', '=', migrationId)
    .where('state', '=', 'PENDING')
    .orderBy('attempts')
    .orderBy('id')
    .limit(STEPS_PER_READ)
    .execute()

/** One attempt. Its errors concern its subscription only, and the migration continues. */
async function attemptStep(
  context: BillingContext,
  migration: PlanMigrationRow,
  step: PlanMigrationStepRow,
): Promise<Attempt> {
  try {
    const begun = step.changeId
      ? ((await findChange(context.database, step.changeId)) ?? { state: 'FAILED' as const, error: 'change not found' })
      : await beginStep(context, migration, step)
    if (begun === 'STOPPED' || 'state' in begun) return begun
    return await carryOut(context, step, begun)
  } catch (error) {
    const { message } = error as Error
    context.log.error({ err: error, step: step.id, attempts: step.attempts + 1 }, 'plan migration step failed')
    await countAttempt(context, step, message)
    if (step.attempts + 1 < MAX_ATTEMPTS) return 'UNAVAILABLE'
    return { state: 'FAILED', error: 'Internal error. The log has the step.' }
  }
}

/** The decision and its change, in one transaction. A migration that was stopped before begins no step. */
function beginStep(
  context: BillingContext,
  { id: migrationId, toPlanVersionId }: PlanMigrationRow,
  { id: stepId, accountId, subscriptionId }: PlanMigrationStepRow,
): Promise<SubscriptionChangeRow | StepResult | 'STOPPED'> {
  return context.database.transaction(async (transaction) => {
    const { state } = await transaction.query
      .selectFrom('plan_migration')
      .select('state')
      .where('id', '=', migrationId)
      .forShare()
      .executeTakeFirstOrThrow()
    if (state !== 'RUNNING') return 'STOPPED'
    await lockAccount(transaction, accountId)
    const step = await transaction.query
      .selectFrom('plan_migration_step')
      .selectAll()
      .where('id', '=', stepId)
      .where('accountId', '=', accountId)
      .forUpdate()
      .executeTakeFirstOrThrow()
    // Another process that held the job before has begun it.
    if (step.changeId) return (await findChange(transaction, step.changeId))!
    return decideStep(context, transaction, toPlanVersionId, { stepId, subscriptionId })
  })
}

async function decideStep(
  context: BillingContext,
  transaction: Transaction,
  toPlanVersionId: string,
  { stepId, subscriptionId }: { readonly stepId: string; readonly subscriptionId: string },
): Promise<SubscriptionChangeRow | StepResult> {
  const catalog = context.catalog.current()
  const target = catalog.planByVersionId.get(toPlanVersionId)
  if (!target || catalog.planById.get(target.id)?.versionId !== toPlanVersionId)
    return { state: 'SKIPPED', skippedReason: 'NEWER_VERSION' }
  const subscription = await readSubscription(transaction, subscriptionId)
  const state = await stateOf(context, transaction, catalog, subscription)
  if (!state || TERMINAL_STATUSES.includes(subscription.status)) return { state: 'SKIPPED', skippedReason: 'ENDED' }
  if (state.plan.id !== target.id) return { state: 'SKIPPED', skippedReason: 'ALREADY_CURRENT' }
  const now = context.clock.now()
  const decision = decideMigration(catalog, target, candidateOf(state), now)
  if (decision.kind === 'skip')
    return { state: 'SKIPPED', skippedReason: decision.reason, fromPriceId: decision.price?.id ?? null }
  const change = await insertChange(
    transaction,
    subscription,
    {
      kind: 'PLAN',
      at: decision.at,
      effectiveAt: decision.effectiveAt,
      fromPlanVersionId: state.plan.versionId,
      fromPriceId: decision.price.id,
      fromQuantity: state.quantity,
      toPlanVersionId: target.versionId,
      toPriceId: decision.newPrice.id,
      toQuantity: state.quantity,
    },
    now,
  )
  await transaction.query
    .updateTable('plan_migration_step')
    .set({ changeId: change.id, fromPriceId: decision.price.id, toPriceId: decision.newPrice.id })
    .where('id', '=', stepId)
    .where('accountId', '=', subscription.accountId)
    .execute()
  return change
}

const candidateOf = ({ subscription, plan, price, open, planned }: SubscriptionState): MigrationCandidate => ({
  planVersionId: plan.versionId,
  priceId: price.id,
  currentPeriodEnd: subscription.currentPeriodEnd,
  isChanging: open !== null,
  hasScheduledChange: planned !== null,
  isEnding: subscription.cancelAt !== null,
})

/** Carries the change out like every change. It reads the provider first if an earlier attempt had no result. */
async function carryOut(
  context: BillingContext,
  step: PlanMigrationStepRow,
  change: SubscriptionChangeRow,
): Promise<Attempt> {
  const outcome = await executeChange(context, change)
  const { status, effectiveAt, failureReason } = (await findChange(context.database, change.id))!
  if (status === 'REQUESTED') {
    await countAttempt(context, step, outcome.kind === 'denied' ? outcome.denial.message : 'no result')
    return 'UNAVAILABLE'
  }
  if (status === 'APPLIED' || status === 'SCHEDULED') return { state: status, effectiveAt }
  const ended = status === 'REQUIRES_CONFIRMATION' ? 'The bank requires a confirmation.' : 'Another change replaced it.'
  return { state: 'FAILED', error: failureReason ?? ended }
}

async function countAttempt(
  { database }: BillingContext,
  { id, accountId, migrationId, attempts }: PlanMigrationStepRow,
  error: string,
): Promise<void> {
  await database.query
    .updateTable('plan_migration_step')
    .set({ attempts: attempts + 1, error })
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .execute()
  await database.query.updateTable('plan_migration').set({ lastError: error }).where('id', '=', migrationId).execute()
}

async function finishStep(
  { database, clock }: BillingContext,
  { id, accountId }: PlanMigrationStepRow,
  result: StepResult,
): Promise<void> {
  await database.query
    .updateTable('plan_migration_step')
    .set({ error: null, ...result, processedAt: clock.now() })
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .where('state', '=', 'PENDING')
    .execute()
}

async function completeMigration({ database, clock, log }: BillingContext, { id }: PlanMigrationRow): Promise<void> {
  await database.transaction(async (transaction) => {
    const completed = await transaction.query
      .updateTable('plan_migration')
      .set({ state: 'COMPLETED', finishedAt: clock.now(), lastError: null })
      .where('id', '=', id)
      .where('state', '=', 'RUNNING')
      .returningAll()
      .executeTakeFirst()
    if (completed) await publishMigration(transaction, completed, 'plan_migration.completed')
  })
  log.info({ migration: id }, 'plan migration completed')
}
