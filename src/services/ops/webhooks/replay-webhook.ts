import type { InboxEventRow } from '#entities/kernel/inbox-event.entity.js'
import type { Denied } from '#services/kernel/result/denied.js'
import { replayEvent } from '#services/kernel/inbox/replay-event.js'
import type { OpsContext } from '../ops-context.js'

/** Processes a received event again. Without a difference nothing changes. */
export function replayWebhook(context: OpsContext, eventId: string): Promise<InboxEventRow | Denied> {
  return replayEvent(context, eventId)
}
