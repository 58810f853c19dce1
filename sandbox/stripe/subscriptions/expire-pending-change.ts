import type { World } from '../../world.js'
import { changeObject } from '../api/change-object.js'
import { emitEvent } from '../events/emit-event.js'
import { voidInvoice } from '../invoices/close-invoice.js'

/** Nobody paid for a change in time: its invoice is void, the subscription stays as it is. */
export function expirePendingChange(world: World, id: string): void {
  const change = world.store.get('pending_change', id)
  if (change === undefined) return
  world.store.remove('pending_change', id)
  const { object } = changeObject(world, 'subscription', id, { pending_update: null })
  if (world.store.get('invoice', change.invoice)?.status === 'open') voidInvoice(world, change.invoice)
  emitEvent(world, 'customer.subscription.pending_update_expired', object)
}
