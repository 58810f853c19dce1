import type { InboxEventRow } from '../../../entities/kernel/inbox-event.entity.js'
import type { Context } from '../context/context.js'
import { AppError } from '../errors/app-error.js'
import { INBOX_TOPIC } from './receive-webhook.js'

/**
 * Takes an event up again, whatever became of it: its object is fetched and applied as if it had just arrived, which changes nothing
 * where all is as it should be. An event of another mode stays in quarantine.
 */
export async function replayEvent(context: Context, id: string): Promise<InboxEventRow> {
  const event = await context.database.transaction(async (transaction) => {
    const found = await transaction.row<InboxEventRow>(`select * from inbox_event where id = $1 for update`, [id])
    if (!found) throw new AppError('NOT_FOUND', 'Event not found.')
    if (found.state === 'QUARANTINED')
      throw new AppError(
        'CONFLICT',
        `This event cannot be replayed: ${found.stateReason ?? 'the event is quarantined'}.`,
      )
    await transaction.run(
      `insert into inbox_object (provider, object_key) values ($1, $2)
       on conflict (provider, object_key) do update set pending = true, generation = inbox_object.generation + 1, attempts = 0, available_at = now()`,
      [found.provider, found.objectKey],
    )
    transaction.announce(INBOX_TOPIC)
    return transaction.row<InboxEventRow>(
      `update inbox_event set state = 'RECEIVED', state_reason = null, processed_at = null where id = $1 returning *`,
      [id],
    )
  })
  context.log.info({ event: event!.eventId, type: event!.type, requestId: context.requestId }, 'webhook event replayed')
  return event!
}
