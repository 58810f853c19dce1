import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import type { CommandStatus } from './command-state.js'
import { sqlIndex } from '../sql-index.js'

export type CommandPriority = 'LOW' | 'NORMAL' | 'HIGH' | 'CRITICAL'

/** Priorities as numbers, so that the claim can order by them. */
export const PRIORITY_RANK: Record<CommandPriority, number> = { LOW: 0, NORMAL: 1, HIGH: 2, CRITICAL: 3 }

/** Something an agent is to do. Times are machine time: leases, timeouts and reports have nothing to do with the business clock. */
export const CommandSchema = defineEntity({
  name: 'Command',
  tableName: 'command',
  properties: {
    id: p.text().primary(),
    accountId: p.text().primary(),
    deploymentId: p.text(),
    deploymentHash: p.text(),
    type: p.text(),
    appCode: p.text().nullable(),
    priority: p.integer(),
    /** The deployment's sequence at the time of queueing: commands of equal priority are delivered in this order. */
    queuePosition: p.bigint('number').default(0),
    /** Parameters with masked secrets. */
    parameters: p.json().$type<Record<string, unknown>>(),
    /**
     * All parameters, sealed for the agent, while the command can still be delivered. Null if none of them is secret.
     */
    parametersSealed: p.text().nullable(),
    status: p.text().$type<CommandStatus>(),
    attempt: p.integer().default(0),
    timeoutSeconds: p.integer(),
    /** Time after which a queued command becomes EXPIRED, so that an outdated command never runs. */
    expiresAt: p.datetime().nullable(),
    /** The instance of the agent that holds it, when the agent says which it is. */
    instance: p.text().nullable(),
    leaseUntil: p.datetime().nullable(),
    /** Set when the agent polls again although it holds this command: it is not executing it any more. */
    supersededAt: p.datetime().nullable(),
    /** Number of redeliveries after silence. */
    redeliveryCount: p.integer().default(0),
    /** Time of a cancellation request while the agent held it. */
    cancelRequestedAt: p.datetime().nullable(),
    result: p.json().$type<unknown>().nullable(),
    /** The report that ended the command, or the first one. */
    reportId: p.text().nullable(),
    error: p.json().$type<{ code: string; message: string; details: string | null } | null>().nullable(),
    warnings: p.json().$type<{ code: string; message: string; details: string | null }[]>(),
    createdByUserId: p.text().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
    /** Time of the latest status change, for clients that poll for changes. */
    updatedAt: p.datetime().defaultRaw('now()'),
    startedAt: p.datetime().nullable(),
    finishedAt: p.datetime().nullable(),
  },
  checks: [
    {
      name: 'command_status',
      expression: `status in ('QUEUED', 'LEASED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'EXPIRED', 'LOST')`,
    },
    { name: 'command_priority', expression: 'priority >= 0 and priority <= 3' },
  ],
  indexes: [
    sqlIndex(
      'command_queue',
      `on "command" ("deployment_id", "priority" desc, "queue_position", "id") where status = 'QUEUED'`,
    ),
    sqlIndex('command_expiry', `on "command" ("expires_at") where status = 'QUEUED' and expires_at is not null`),
    sqlIndex('command_queued_lately', `on "command" ("updated_at") where status = 'QUEUED'`),
    sqlIndex('command_outstanding', `on "command" ("deployment_id") where status in ('LEASED', 'RUNNING')`),
    { name: 'command_history', properties: ['deploymentId', 'id'] },
    { name: 'command_recent', properties: ['deploymentId', 'updatedAt'] },
    sqlIndex('command_latest', `on "command" ("deployment_id", "app_code", "type", "id" desc)`),
  ],
})

export type CommandRow = RowOf<typeof CommandSchema> & {
  /** The result was not read with the row, because it is large. */
  readonly hasLargeResult?: boolean
  /** The parameters were not read with the row, because they are large. */
  readonly hasLargeParameters?: boolean
}
