import type { AgentPresence, AgentRow } from '#entities/deployments/agent.entity.js'
import type { Context } from '#services/kernel/context/context.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { beginOutage } from '../outages/outage.js'
import { MACHINE_NOW, recordDeploymentEvent } from '../record-deployment-event.js'
import { OFFLINE_AFTER_SECONDS } from './presence.js'

/** The agent of a deployment, as far as its presence needs it. */
type Present = Pick<AgentRow, 'deploymentId' | 'accountId'>

/**
 * SQL: true if an application of the agent's deployment was last reported as unhealthy or in error, otherwise null.
 * Never evaluated in advance for all agents, as `exists` can be.
 */
export const HAS_UNHEALTHY_APP = `(select true from app_state where app_state.deployment_id = agent.deployment_id and (health = 'UNHEALTHY' or status = 'ERROR') limit 1)`

/** Silence for too long, with no command that would explain it. */
export async function markOffline(context: Context, agent: Present): Promise<void> {
  await context.database.transaction(async (transaction) => {
    // An agent that polled while we looked is not silent any more.
    const gone = await transaction.row<AgentRow>(
      `update agent set presence = 'OFFLINE' where deployment_id = $1 and presence <> 'OFFLINE'
         and last_heartbeat_at < now() - make_interval(secs => $2) returning *`,
      [agent.deploymentId, OFFLINE_AFTER_SECONDS],
    )
    if (!gone) return
    await beginOutage(transaction, { ...agent, kind: 'STATUS_PANEL', since: gone.lastHeartbeatAt! })
    await publish(transaction, gone)
  })
}

/** After the state of an application changed: an agent that polls is DEGRADED while one of them is in trouble. */
export async function updateDegraded(transaction: Transaction, agent: Present): Promise<void> {
  const changed = await transaction.row<AgentRow>(
    `update agent set presence = case when ${HAS_UNHEALTHY_APP} then 'DEGRADED' else 'ONLINE' end
     where deployment_id = $1 and presence = case when ${HAS_UNHEALTHY_APP} then 'ONLINE' else 'DEGRADED' end returning *`,
    [agent.deploymentId],
  )
  if (changed) await publish(transaction, changed)
}

/** Events of stored presences. BUSY is derived from commands. */
export const PRESENCE_EVENTS: Record<Exclude<AgentPresence, 'BUSY'>, { type: string; summary: string }> = {
  ONLINE: { type: 'agent.online', summary: 'The agent is online.' },
  DEGRADED: { type: 'agent.degraded', summary: 'The agent is online and reports an unhealthy application.' },
  OFFLINE: { type: 'agent.offline', summary: 'The agent is offline.' },
}

async function publish(transaction: Transaction, agent: AgentRow): Promise<void> {
  if (agent.presence === 'BUSY') return // read from commands, never stored
  await recordDeploymentEvent(transaction, { id: agent.deploymentId, accountId: agent.accountId }, MACHINE_NOW, {
    ...PRESENCE_EVENTS[agent.presence as 'ONLINE' | 'DEGRADED' | 'OFFLINE'],
    subject: { __typename: 'Agent', id: agent.id },
  })
}
