import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import type { IdentityContext } from '../model/caller.js'
import { visibleObject } from '../model/read-visible.js'

/** An event in the stream of an account or a deployment. Null if the caller cannot follow the stream. */
export const visibleEvent = (context: IdentityContext, event: StreamEventRow): Promise<StreamEventRow | null> =>
  visibleObject(context, event, event.streamId === event.accountId ? 'billing:read' : 'deployments:read')
