import { sql } from 'kysely'
import type { InboxEventRow } from '#entities/kernel/inbox-event.entity.js'
import type { Context } from '../context/context.js'
import { refused } from '../denials/denial.js'
import { AppError } from '../errors/app-error.js'
import { denied, type Denied } from '../result/denied.js'
import { INBOX_TOPIC } from './receive-webhook.js'

/**
 * Replays an event in any state: its object is fetched and applied as if the event had just arrived. Without a difference nothing
 * changes. An event of another mode stays in quarantine.
 */
export async function replayEvent(context: Context, id: string): Promise<InboxEventRow | Denied> {
  const event = await context.database.transaction(async (transaction) => {
    const found = await transaction.query
      .selectFrom('inbox_event')
      .selectAll()
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst()
    if (!found) throw new AppError('NOT_FOUND', 'Event not found.')
    if (found.state === 'QUARANTINED')
      return denied(
        refused(
          'INVALID_TRANSITION',
          `This event cannot be replayed: ${found.stateReason ?? 'the event is quarantined'}.`,
        ),
      )
    await transaction.query
      .insertInto('inbox_object')
      .values({ provider: found.provider, objectKey: found.objectKey })
      .onConflict((conflict) =>
        conflict.columns(['provider', 'objectKey']).doUpdateSet((eb) => ({
          pending: true,
          generation: sql`inbox_object.generation + 1`,
          attempts: 0,
          availableAt: eb.ref('excluded.availableAt'),
        })),
      )
      .execute()
    transaction.announce(INBOX_TOPIC)
    return transaction.query
      .updateTable('inbox_event')
      .set({ state: 'RECEIVED', stateReason: null, processedAt: null })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
  })
  if ('kind' in event) return event
  context.log.info({ event: event.eventId, type: event.type, requestId: context.requestId }, 'webhook event replayed')
  return event
}
