import type DataLoader from 'dataloader'
import type { PlanMigrationStepRow } from '../entities/billing/plan-migration-step.entity.js'
import type { PlanMigrationRow } from '../entities/billing/plan-migration.entity.js'
import type { AgentOutageRow } from '../entities/deployments/agent-outage.entity.js'
import type { AuditEntryRow } from '../entities/kernel/audit-entry.entity.js'
import type { InboxEventRow } from '../entities/kernel/inbox-event.entity.js'
import type { OperatorEventRow } from '../entities/kernel/operator-event.entity.js'
import type { AccountJobRow } from '../entities/ops/account-job.entity.js'
import type { ReconciliationRunRow } from '../entities/ops/reconciliation-run.entity.js'
import { migrationsByIds, migrationStepsByIds } from '../services/billing/subscriptions/migrate/plan-migrations.js'
import { outagesByIds } from '../services/deployments/outages/outages.js'
import type { Sql } from '../services/kernel/database/sql.js'
import { inboxEventsByIds } from '../services/kernel/inbox/inbox-queries.js'
import { tasksByIds } from '../services/ops/account-data/account-jobs.js'
import { auditEntriesByIds } from '../services/ops/audit/audit-log.js'
import { deadLetterId } from '../services/kernel/claim-loop/dead-letter-id.js'
import { deadLettersByIds, type DeadLetterRow } from '../services/ops/dead-letters/dead-letters.js'
import { operatorEventsByIds } from '../services/ops/operator-events/operator-events.js'
import { runsByIds } from '../services/ops/reconciliation/reconciliation-runs.js'
import { byId, one } from './batch.js'

/** Loaders of what operators see by ID, and of the jobs of accounts. */
export interface OperatorLoaders {
  readonly accountJob: DataLoader<string, AccountJobRow | null>
  readonly auditEntry: DataLoader<string, AuditEntryRow | null>
  /** By the ID of the dead letter. */
  readonly deadLetter: DataLoader<string, DeadLetterRow | null>
  readonly inboxEvent: DataLoader<string, InboxEventRow | null>
  readonly operatorEvent: DataLoader<string, OperatorEventRow | null>
  readonly outage: DataLoader<string, AgentOutageRow | null>
  readonly planMigration: DataLoader<string, PlanMigrationRow | null>
  readonly planMigrationStep: DataLoader<string, PlanMigrationStepRow | null>
  readonly reconciliationRun: DataLoader<string, ReconciliationRunRow | null>
}

export const operatorMakers: {
  readonly [Name in keyof OperatorLoaders]: (parts: { readonly database: Sql }) => OperatorLoaders[Name]
} = {
  accountJob: ({ database: sql }) => byId((ids) => tasksByIds(sql, ids)),
  auditEntry: ({ database: sql }) => byId((ids) => auditEntriesByIds(sql, ids)),
  deadLetter: ({ database: sql }) => one((ids) => deadLettersByIds(sql, ids), deadLetterId),
  inboxEvent: ({ database: sql }) => byId((ids) => inboxEventsByIds(sql, ids)),
  operatorEvent: ({ database: sql }) => byId((ids) => operatorEventsByIds(sql, ids)),
  outage: ({ database: sql }) => byId((ids) => outagesByIds(sql, ids)),
  planMigration: ({ database: sql }) => byId((ids) => migrationsByIds(sql, ids)),
  planMigrationStep: ({ database: sql }) => byId((ids) => migrationStepsByIds(sql, ids)),
  reconciliationRun: ({ database: sql }) => byId((ids) => runsByIds(sql, ids)),
}
