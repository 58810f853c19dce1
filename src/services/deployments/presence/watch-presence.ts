import { forEachSeparately } from '#services/kernel/event-loop/for-each-separately.js'
import { sql } from 'kysely'
import type { Context } from '#services/kernel/context/context.js'
import { secondsAgo } from '#services/kernel/database/query-builder.js'
import { IS_OUTSTANDING } from '../model/select-commands.js'
import { OFFLINE_AFTER_SECONDS } from './presence.js'
import { markOffline } from './set-presence.js'

/** Publishes agents that are silent and hold no command whose lease would explain it. */
export async function markStaleAgents(context: Context): Promise<number> {
  const silent = await context.database.query
    .selectFrom('agent')
    .select(['deploymentId', 'accountId'])
    .where('presence', '<>', 'OFFLINE')
    .where('lastHeartbeatAt', '<', secondsAgo(OFFLINE_AFTER_SECONDS))
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('command')
            .select('command.id')
            .whereRef('command.deploymentId', '=', 'agent.deploymentId')
            .whereRef('command.accountId', '=', 'agent.accountId')
            .where(IS_OUTSTANDING)
            .where('command.leaseUntil', '>', sql<Date>`now()`),
        ),
      ),
    )
    .orderBy('id')
    .limit(500)
    .execute()
  await forEachSeparately(silent, (agent) => markOffline(context, agent))
  return silent.length
}
