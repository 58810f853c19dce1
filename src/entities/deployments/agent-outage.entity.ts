import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { sqlIndex } from '../sql-index.js'

/** Kind of agent. */
export type AgentKind = 'STATUS_PANEL' | 'COMPOSE_AGENT'

/**
 * A period without a heartbeat of an agent; at most one open period per agent. Its start and its end are alerted once.
 */
export const AgentOutageSchema = defineEntity({
  name: 'AgentOutage',
  tableName: 'agent_outage',
  properties: {
    id: p.text().primary(),
    accountId: p.text().primary(),
    deploymentId: p.text(),
    kind: p.text().$type<AgentKind>(),
    /** Last heartbeat. Machine clock, like all times here. */
    startedAt: p.datetime(),
    alertedAt: p.datetime().nullable(),
    endedAt: p.datetime().nullable(),
    recoveryNotifiedAt: p.datetime().nullable(),
  },
  checks: [{ name: 'agent_outage_kind', expression: `kind in ('STATUS_PANEL', 'COMPOSE_AGENT')` }],
  indexes: [
    {
      name: 'agent_outage_open',
      expression: `create unique index "agent_outage_open" on "agent_outage" ("deployment_id", "kind", "account_id") where ended_at is null`,
    },
    sqlIndex(
      'agent_outage_unnotified',
      `on "agent_outage" ("ended_at") where alerted_at is not null and recovery_notified_at is null`,
    ),
  ],
})

export type AgentOutageRow = RowOf<typeof AgentOutageSchema>
