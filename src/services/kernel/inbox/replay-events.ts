import { sql } from 'kysely'
import type { Context } from '../context/context.js'
import { matchesFilter, type InboxFilter } from './inbox-queries.js'
import { INBOX_TOPIC } from './receive-webhook.js'

/** Events of one call. The caller repeats the call for the rest. */
const MAX_EVENTS = 1_000

/**
 * Replays the oldest events of a filter, as `replayEvent` does with one. Returns their number. Quarantined events are
 * never applied.
 */
export async function replayEvents(context: Context, filter: InboxFilter): Promise<number> {
  const replayed = await context.database.transaction(async (transaction) => {
    const events = await transaction.query
      .selectFrom('inbox_event')
      .select(['id', 'provider', 'objectKey'])
      .where(matchesFilter(filter))
      .where('state', '<>', 'QUARANTINED')
      .orderBy('id')
      .limit(MAX_EVENTS)
      .forUpdate()
      .skipLocked()
      .execute()
    if (events.length === 0) return 0
    const objects = [...new Map(events.map((one) => [`${one.provider} ${one.objectKey}`, one])).values()]
    await transaction.query
      .insertInto('inbox_object')
      .values(objects.map(({ provider, objectKey }) => ({ provider, objectKey })))
      .onConflict((conflict) =>
        conflict.columns(['provider', 'objectKey']).doUpdateSet((eb) => ({
          pending: true,
          generation: sql`inbox_object.generation + 1`,
          attempts: 0,
          availableAt: eb.ref('excluded.availableAt'),
        })),
      )
      .execute()
    await transaction.query
      .updateTable('inbox_event')
      .set({ state: 'RECEIVED', stateReason: null, processedAt: null })
      .where(
        'id',
        'in',
        events.map(({ id }) => id),
      )
      .execute()
    transaction.announce(INBOX_TOPIC)
    return events.length
  })
  context.log.info({ events: replayed, requestId: context.requestId }, 'webhook events replayed')
  return replayed
}
