import { sweepAll } from '#services/kernel/event-loop/for-each-separately.js'
import { sql } from 'kysely'
import type { ComposeAgentRow } from '#entities/deployments/compose-agent.entity.js'
import type { Context } from '#services/kernel/context/context.js'
import { secondsAgo } from '#services/kernel/database/query-builder.js'
import { beginOutage, endOutage } from '../outages/outage.js'
import { COMPOSE_SILENT_AFTER_SECONDS } from '../model/compose-availability.js'

/** Records a heartbeat of a compose agent, and ends its outage. */
export async function touchComposeAgent(
  context: Context,
  agent: ComposeAgentRow,
  said: { healthy: boolean; version: string | null },
): Promise<void> {
  await context.database.transaction(async (transaction) => {
    await transaction.query
      .updateTable('compose_agent')
      .set({ lastHeartbeatAt: sql`now()`, healthy: said.healthy })
      .$if(said.version !== null, (query) => query.set({ version: said.version }))
      .where('id', '=', agent.id)
      .where('accountId', '=', agent.accountId)
      .execute()
    await endOutage(transaction, agent, 'COMPOSE_AGENT')
  })
}

/** Records silent compose agents; the alert follows if it lasts. Safe in several processes. */
export const markStaleComposeAgents = ({ database }: Pick<Context, 'database'>): Promise<number> =>
  sweepAll(
    (after, limit) =>
      database.query
        .selectFrom('compose_agent')
        .select(['id', 'deploymentId', 'accountId', 'lastHeartbeatAt'])
        .where('lastHeartbeatAt', '<', secondsAgo(COMPOSE_SILENT_AFTER_SECONDS))
        .where((eb) =>
          eb.not(
            eb.exists(
              eb
                .selectFrom('agent_outage')
                .select('agent_outage.id')
                .whereRef('agent_outage.deploymentId', '=', 'compose_agent.deploymentId')
                .whereRef('agent_outage.accountId', '=', 'compose_agent.accountId')
                .where('agent_outage.kind', '=', 'COMPOSE_AGENT')
                .where('agent_outage.endedAt', 'is', null),
            ),
          ),
        )
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute(),
    ({ id, deploymentId, accountId, lastHeartbeatAt }) =>
      database.transaction(async (transaction) => {
        // An agent with a heartbeat during the check is not silent. Recording it would start a second outage.
        const stillSilent = await transaction.query
          .selectFrom('compose_agent')
          .select('id')
          .where('id', '=', id)
          .where('accountId', '=', accountId)
          .where('lastHeartbeatAt', '<', secondsAgo(COMPOSE_SILENT_AFTER_SECONDS))
          .forUpdate()
          .executeTakeFirst()
        if (!stillSilent) return
        await beginOutage(transaction, { deploymentId, accountId, kind: 'COMPOSE_AGENT', since: lastHeartbeatAt })
      }),
  )
