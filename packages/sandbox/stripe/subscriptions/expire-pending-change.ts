import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { idOf } from '../api/id-of.js'
import { returnDiscounts } from '../discounts/end-discount.js'
import { emitEvent } from '../events/emit-event.js'
import { voidInvoice } from '../invoices/close-invoice.js'

/**
 * Discards a change that waits for its payment: its invoice is voided and the subscription stays unchanged. This
 * happens when the change expires, when its invoice is voided, when another change replaces it, and when the
 * subscription ends.
 */
export function expirePendingChange(world: SandboxState, id: string): void {
  const change = world.store.get('pending_change', id)
  if (change === undefined) return
  world.store.remove('pending_change', id)
  world.due.cancel('subscription.pending_update', id)
  const known = world.store.need('subscription', id).discounts.map((one) => idOf(one))
  returnDiscounts(
    world,
    change.redeemed.filter((discount) => !known.includes(discount)),
  )
  const { object } = changeObject(world, 'subscription', id, { pending_update: null })
  if (world.store.get('invoice', change.invoice)?.status === 'open') voidInvoice(world, change.invoice)
  emitEvent(world, 'customer.subscription.pending_update_expired', object)
}
