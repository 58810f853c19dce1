import type { InboxEventRow } from '#entities/kernel/inbox-event.entity.js'
import { requireOperator } from '#services/identity/guard/guard.js'
import { replayEvent } from '#services/kernel/inbox/replay-event.js'
import type { OpsContext } from '../ops-context.js'

/** Takes one up again. */
export function replayWebhook(context: OpsContext, id: string): Promise<InboxEventRow> {
  requireOperator(context, 'ops:write')
  return replayEvent(context, id)
}
