import type { EventType } from '#services/kernel/outbox/event-data/events.js'
import type { AgentPresence, AgentRow } from '#entities/deployments/agent.entity.js'
import type { Context } from '#services/kernel/context/context.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { secondsAgo } from '#services/kernel/database/query-builder.js'
import { beginOutage } from '../outages/outage.js'
import { MACHINE_NOW, recordDeploymentEvent } from '../model/record-deployment-event.js'
import * as statements from './presence.sql.js'
import { OFFLINE_AFTER_SECONDS } from './presence.js'

/** The agent of a deployment, as far as its presence needs it. */
type Present = Pick<AgentRow, 'deploymentId' | 'accountId'>

/** Silence for too long, with no command that would explain it. */
export async function markOffline(context: Context, agent: Present): Promise<void> {
  await context.database.transaction(async (transaction) => {
    // An agent that polled while we looked is not silent any more.
    const offline = await transaction.query
      .updateTable('agent')
      .set({ presence: 'OFFLINE' })
      .where('deploymentId', '=', agent.deploymentId)
      .where('accountId', '=', agent.accountId)
      .where('presence', '<>', 'OFFLINE')
      .where('lastHeartbeatAt', '<', secondsAgo(OFFLINE_AFTER_SECONDS))
      .returning(['id', 'accountId', 'deploymentId', 'presence', 'lastHeartbeatAt'])
      .executeTakeFirst()
    if (!offline) return
    await beginOutage(transaction, { ...agent, kind: 'STATUS_PANEL', since: offline.lastHeartbeatAt! })
    await publish(transaction, offline)
  })
}

/** After the state of an application changed: an agent that polls is DEGRADED while one of them is in trouble. */
export async function updateDegraded(transaction: Transaction, agent: Present): Promise<void> {
  const changed = await transaction.row(statements.updateDegraded, {
    accountId: agent.accountId,
    deploymentId: agent.deploymentId,
  })
  if (changed) await publish(transaction, changed)
}

/** Events of stored presences. BUSY is derived from commands. */
export const PRESENCE_EVENTS: Record<
  Exclude<AgentPresence, 'BUSY'>,
  {
    type: EventType
    summary: string
  }
> = {
  ONLINE: { type: 'agent.online', summary: 'The agent is online.' },
  DEGRADED: { type: 'agent.degraded', summary: 'The agent is online and reports an unhealthy application.' },
  OFFLINE: { type: 'agent.offline', summary: 'The agent is offline.' },
}

async function publish(
  transaction: Transaction,
  agent: Present & { id: string; presence: AgentPresence },
): Promise<void> {
  if (agent.presence === 'BUSY') return // derived from commands, never stored
  await recordDeploymentEvent(transaction, { id: agent.deploymentId, accountId: agent.accountId }, MACHINE_NOW, {
    ...PRESENCE_EVENTS[agent.presence],
    subject: { __typename: 'Agent', id: agent.id },
  })
}
