import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { idOf } from '../api/id-of.js'
import { emitEvent } from '../events/emit-event.js'
import { voidInvoice } from '../invoices/close-invoice.js'
import { clearSchedule } from './schedule-subscription.js'

/** Expires a subscription whose first invoice was not paid in time, and voids the invoice. */
export function expireIncomplete(world: SandboxState, id: string): void {
  const subscription = world.store.get('subscription', id)
  if (subscription?.status !== 'incomplete') return
  clearSchedule(world, id)
  const invoice = idOf(subscription.latest_invoice) ?? ''
  if (world.store.get('invoice', invoice)?.status === 'open') voidInvoice(world, invoice)
  const { object, previous } = changeObject(world, 'subscription', id, {
    ended_at: world.clock.seconds,
    status: 'incomplete_expired',
  })
  emitEvent(world, 'customer.subscription.updated', object, previous)
}
