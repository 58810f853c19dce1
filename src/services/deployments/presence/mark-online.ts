import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { OwnedDeployment } from '../agents/agent-heartbeats.js'
import * as statements from './presence.sql.js'
import { PRESENCE_EVENTS } from './set-presence.js'

/**
 * First request after silence: marks the agents of these deployments as online. One statement for many agents, because after an outage
 * all return together. Returns the events to publish; none for agents that were online.
 */
export async function markAgentsOnline(sql: Sql, deployments: readonly OwnedDeployment[]): Promise<StreamEventRow[]> {
  const { ONLINE, DEGRADED } = PRESENCE_EVENTS
  const deploymentIds = deployments.map(({ deploymentId }) => deploymentId)
  const rows = await sql.rows(statements.markAgentsOnline, {
    deploymentIds,
    eventIds: deploymentIds.map(() => sql.newId('evt')),
    onlineType: ONLINE.type,
    degradedType: DEGRADED.type,
    onlineSummary: ONLINE.summary,
    degradedSummary: DEGRADED.summary,
  })
  return rows.map((row) => ({ ...row, subjectType: 'Agent', changesEntitlements: false, data: {}, recordedAt: row.at }))
}
