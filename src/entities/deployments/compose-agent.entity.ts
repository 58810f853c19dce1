import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/**
 * The compose agent of a deployment: the only kind of agent that is called, at its own URL and with its own token from
 * the secret store. Times are machine time.
 */
export const ComposeAgentSchema = defineEntity({
  name: 'ComposeAgent',
  tableName: 'compose_agent',
  properties: {
    id: p.text().primary(),
    accountId: p.text().primary(),
    deploymentId: p.text(),
    url: p.text(),
    /** For its own calls; the token itself is in the secret store. */
    tokenHash: p.text(),
    version: p.text().nullable(),
    /** Health that it reports with each heartbeat. */
    healthy: p.boolean().default(true),
    /** Time at which reading its token from the store failed. Null if the last read succeeded. */
    tokenFailedAt: p.datetime().nullable(),
    lastHeartbeatAt: p.datetime().defaultRaw('now()'),
    registeredAt: p.datetime().defaultRaw('now()'),
  },
  uniques: [{ name: 'compose_agent_deployment', properties: ['deploymentId', 'accountId'] }],
  indexes: [{ name: 'compose_agent_heartbeat', properties: ['lastHeartbeatAt'] }],
})

export type ComposeAgentRow = RowOf<typeof ComposeAgentSchema>
