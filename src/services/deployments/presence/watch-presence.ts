import { sweepAll } from '#services/kernel/event-loop/for-each-separately.js'
import { sql } from 'kysely'
import type { Context } from '#services/kernel/context/context.js'
import { secondsAgo } from '#services/kernel/database/query-builder.js'
import { IS_OUTSTANDING } from '../model/select-commands.js'
import { OFFLINE_AFTER_SECONDS } from './presence.js'
import { markOffline } from './set-presence.js'

/** Publishes agents that are silent and hold no command whose lease would explain it. */
export const markStaleAgents = (context: Context): Promise<number> =>
  sweepAll(
    (after, limit) =>
      context.database.query
        .selectFrom('agent')
        .select(['id', 'deploymentId', 'accountId'])
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
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute(),
    (agent) => markOffline(context, agent),
  )
