import type { AgentRow } from '#entities/deployments/agent.entity.js'
import type { Context } from '#services/kernel/context/context.js'
import { OFFLINE_AFTER_SECONDS } from './presence.js'
import { markOffline } from './set-presence.js'

/** Publishes agents that are silent and hold no command whose lease would explain it. */
export async function markStaleAgents(context: Context): Promise<number> {
  const silent = await context.database.rows<Pick<AgentRow, 'deploymentId' | 'accountId'>>(
    `select deployment_id, account_id from agent a where presence <> 'OFFLINE' and last_heartbeat_at < now() - make_interval(secs => $1)
       and not exists (select 1 from command c where c.deployment_id = a.deployment_id and c.status in ('LEASED', 'RUNNING') and c.lease_until > now())
     order by id limit 500`,
    [OFFLINE_AFTER_SECONDS],
  )
  for (const agent of silent) await markOffline(context, agent)
  return silent.length
}
