import type { ComposeAgentRow } from '#entities/deployments/compose-agent.entity.js'
import type { Context } from '#services/kernel/context/context.js'
import { beginOutage, endOutage } from '../outages/outage.js'
import { COMPOSE_SILENT_AFTER_SECONDS } from './compose-availability.js'

/** Records a heartbeat of a compose agent, and ends its outage. */
export async function touchComposeAgent(
  context: Context,
  agent: ComposeAgentRow,
  said: { healthy: boolean; version: string | null },
): Promise<void> {
  await context.database.transaction(async (transaction) => {
    await transaction.run(
      `update compose_agent set last_heartbeat_at = now(), healthy = $2, version = coalesce($3, version) where id = $1`,
      [agent.id, said.healthy, said.version],
    )
    await endOutage(transaction, agent.deploymentId, 'COMPOSE_AGENT')
  })
}

/** Records silent compose agents; the alert follows if it lasts. Safe in several processes. */
export async function markStaleComposeAgents(context: Pick<Context, 'database'>): Promise<number> {
  const silent = await context.database.rows<ComposeAgentRow>(
    `select a.* from compose_agent a where a.last_heartbeat_at < now() - make_interval(secs => $1)
       and not exists (select 1 from agent_outage o where o.deployment_id = a.deployment_id and o.kind = 'COMPOSE_AGENT' and o.ended_at is null)
     order by a.last_heartbeat_at limit 500`,
    [COMPOSE_SILENT_AFTER_SECONDS],
  )
  for (const { id, deploymentId, accountId, lastHeartbeatAt } of silent)
    await context.database.transaction(async (transaction) => {
      // An agent with a heartbeat during the check is not silent. Recording it would start a second outage.
      const isSilent = await transaction.row(
        `select 1 from compose_agent where id = $1 and last_heartbeat_at < now() - make_interval(secs => $2) for update`,
        [id, COMPOSE_SILENT_AFTER_SECONDS],
      )
      if (!isSilent) return
      await beginOutage(transaction, { deploymentId, accountId, kind: 'COMPOSE_AGENT', since: lastHeartbeatAt })
    })
  return silent.length
}
