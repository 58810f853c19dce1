import type { QueueName } from '#services/kernel/claim-loop/queues.js'
import type { OutboxEventRow } from '#entities/kernel/outbox-event.entity.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { syncActionOf, syncBody, loadSyncInput } from './sync-input.js'

/** Topic: a template message for the User Service is queued. */
export const SYNC_TOPIC = 'sync' satisfies QueueName

/** Queues a template message for the User Service. Repeated events have no effect. */
export async function queueSync(event: OutboxEventRow, context: CatalogContext): Promise<void> {
  const { templateId, vendorUserId } = event.payload as { templateId?: string; vendorUserId?: string | null }
  if (!context.userService || !templateId || !event.type.startsWith('template.')) return
  const input = await loadSyncInput(context.database, templateId, context.catalog.current().currency)
  if (!input || input.foreign) return
  const action = syncActionOf(event.type, input.status)
  if (!action) return
  const { numInsertedOrUpdatedRows } = await context.database.query
    .insertInto('template_sync_message')
    .values({ id: event.id, templateId, action, body: syncBody(action, input, vendorUserId ?? input.vendorId) })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirstOrThrow()
  if (numInsertedOrUpdatedRows) context.notifier.notify([SYNC_TOPIC])
}
