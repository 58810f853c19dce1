import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import { findEvent } from '#services/kernel/events/find-event.js'
import type { IdentityContext } from '../caller.js'
import { visibleObject } from '../guard/read-visible.js'

/** An event in the stream of an account. Null if the caller cannot see the account. */
export async function visibleEvent(context: IdentityContext, id: string): Promise<StreamEventRow | null> {
  const event = await findEvent(context.database, id)
  return event?.streamId === event?.accountId ? visibleObject(context, event, 'account:read') : null
}
