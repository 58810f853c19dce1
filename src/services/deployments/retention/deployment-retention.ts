import { KEPT_DAYS } from '#services/kernel/events/event-retention.js'
import { mergeLoad } from '#services/deployments/hooks/server-metrics.sql.js'
import type { Database } from '#services/kernel/database/database.js'
import { cutoff, deleting, deletingEvents, type RetentionRule } from '#services/kernel/retention/retention-rule.js'
import { deleteOldDeploymentEvents } from './retention.sql.js'

/** Events of deployments, loads of servers, and messages to installers. */
export const deploymentRetention: readonly RetentionRule[] = [
  {
    name: 'deployment_events',
    what: 'Deployment events. The last event is retained.',
    days: KEPT_DAYS.deploymentEvents,
    ...deletingEvents(deleteOldDeploymentEvents),
  },
  {
    name: 'server_load_minutes',
    what: 'Minutes of the load of servers. They become periods of ten minutes.',
    days: 1,
    deleteOld: mergingLoad(60, 600),
  },
  {
    name: 'server_load_ten_minutes',
    what: 'Ten minutes of the load of servers. They become hours.',
    days: 7,
    deleteOld: mergingLoad(600, 3_600),
  },
  {
    name: 'server_load_hours',
    what: 'Hours of the load of servers.',
    days: 90,
    deleteOld: async ({ query }, days, limit) => {
      const { numDeletedRows } = await query
        .deleteFrom('server_load')
        .where((eb) =>
          eb(
            eb.refTuple('deploymentId', 'startedAt', 'width'),
            'in',
            eb
              .selectFrom('server_load as old')
              .select(['old.deploymentId', 'old.startedAt', 'old.width'])
              .where('old.width', '=', 3_600)
              .where('old.startedAt', '<', cutoff(days))
              .limit(limit)
              .$asTuple('deploymentId', 'startedAt', 'width'),
          ),
        )
        .executeTakeFirstOrThrow()
      return Number(numDeletedRows)
    },
  },
  {
    name: 'broker_messages',
    what: 'Broker messages sent to installers.',
    days: 30,
    deleteOld: deleting('broker_message', (query, before) =>
      query.selectFrom('broker_message').select('id').where('createdAt', '<', before).where('state', '<>', 'PENDING'),
    ),
  },
]

/** Merges old periods of load into longer ones. */
function mergingLoad(width: number, longer: number) {
  return async (database: Database, days: number, limit: number): Promise<number> =>
    (await database.row(mergeLoad, { width, longer, days, limit }))!.merged
}
