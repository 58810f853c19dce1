import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import { inTransaction } from '#services/kernel/database/in-transaction.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { OwnedDeployment } from '../agents/agent-heartbeats.js'
import { endOutage } from '../outages/outage.js'
import { writeDeploymentEvents } from '../model/write-deployment-events.js'
import * as statements from './presence.sql.js'
import { PRESENCE_EVENTS } from './set-presence.js'

/**
 * First request after silence: marks the agents of these deployments as online. One statement for many agents, because after an outage
 * all return together. Returns the events to publish; none for agents that were online.
 */
export async function markAgentsOnline(sql: Sql, deployments: readonly OwnedDeployment[]): Promise<StreamEventRow[]> {
  if (sql.isDistributed)
    return (await Promise.all(deployments.map((deployment) => markOnlineOnShard(sql, deployment)))).flat()
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

/** The same for one agent whose rows are on the machine of its account. */
const markOnlineOnShard = (sql: Sql, { deploymentId, accountId }: OwnedDeployment): Promise<StreamEventRow[]> =>
  inTransaction(sql, async (transaction) => {
    const agent = await transaction.row(statements.markAgentOnline, { deploymentId, accountId })
    if (!agent) return []
    await endOutage(transaction, { deploymentId, accountId }, 'STATUS_PANEL')
    const event = { ...PRESENCE_EVENTS[agent.presence], subjectType: 'Agent', subjectId: agent.id, data: {} }
    return writeDeploymentEvents(transaction, { id: deploymentId, accountId }, [
      { ...event, id: transaction.newId('evt') },
    ])
  })
