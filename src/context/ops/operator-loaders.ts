import type DataLoader from 'dataloader'
import type { AuditEntryRow } from '#entities/kernel/audit-entry.entity.js'
import type { OperatorEventRow } from '#entities/kernel/operator-event.entity.js'
import type { AccountJobRow } from '#entities/ops/account-job.entity.js'
import { deadLetterId } from '#services/kernel/claim-loop/dead-letter-id.js'
import { tasksByIds } from '#services/ops/account-data/account-jobs.js'
import { auditEntriesByIds } from '#services/ops/audit/audit-log.js'
import { deadLettersByIds, type DeadLetterRow } from '#services/ops/dead-letters/dead-letters.js'
import { operatorEventsByIds } from '#services/ops/operator-events/operator-events.js'
import type { OpsContext } from '#services/ops/ops-context.js'
import { byId, one } from '../batch.js'
import type { LoaderMakers } from '../loaders.js'

/** Loaders of what operators see by ID, and of the jobs of accounts. */
export interface OperatorLoaders {
  readonly accountJob: DataLoader<string, AccountJobRow | null>
  readonly auditEntry: DataLoader<string, AuditEntryRow | null>
  /** By the ID of the dead letter. */
  readonly deadLetter: DataLoader<string, DeadLetterRow | null>
  readonly operatorEvent: DataLoader<string, OperatorEventRow | null>
}

declare module '../loaders.js' {
  interface Loaders extends OperatorLoaders {}
}

declare module '../request-context.js' {
  interface RequestContext extends OpsContext {}
}

export const operatorLoaders: LoaderMakers<OperatorLoaders> = {
  accountJob: ({ database: sql }) => byId((ids) => tasksByIds(sql, ids)),
  auditEntry: ({ database: sql }) => byId((ids) => auditEntriesByIds(sql, ids)),
  deadLetter: ({ database: sql }) => one((ids) => deadLettersByIds(sql, ids), deadLetterId),
  operatorEvent: ({ database: sql }) => byId((ids) => operatorEventsByIds(sql, ids)),
}
