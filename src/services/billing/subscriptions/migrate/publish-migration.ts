import type { PlanMigrationRow } from '#entities/billing/plan-migration.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { recordOperatorEvent } from '#services/kernel/events/record-operator-event.js'
import type { OperatorEventType } from '#services/kernel/outbox/event-data/events.js'

const SUMMARIES = {
  'plan_migration.started': 'The migration of a plan was started.',
  'plan_migration.stopped': 'The migration of a plan was stopped.',
  'plan_migration.resumed': 'The migration of a plan was resumed.',
  'plan_migration.completed': 'The migration of a plan was completed.',
} as const satisfies Partial<Record<OperatorEventType, string>>

/** Publishes a transition of a migration to operators. */
export const publishMigration = (
  transaction: Transaction,
  { id, planId, toPlanVersionId }: PlanMigrationRow,
  type: keyof typeof SUMMARIES,
): Promise<void> =>
  recordOperatorEvent(transaction, {
    type,
    summary: SUMMARIES[type],
    accountId: null,
    subject: { __typename: 'PlanMigration', id },
    data: { planId, planVersionId: toPlanVersionId },
  })
