import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import type { IdentityContext } from '../model/caller.js'
import { visibleObject } from '../model/read-visible.js'

/** An event in the stream of an account. Null if the caller cannot see the account. */
export const visibleEvent = async (
  context: IdentityContext,
  event: StreamEventRow | null,
): Promise<StreamEventRow | null> =>
  event?.streamId === event?.accountId ? visibleObject(context, event, 'account:read') : null
