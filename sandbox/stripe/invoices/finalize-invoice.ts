import type Stripe from 'stripe'
import type { World } from '../../world.js'
import { changeObject } from '../api/change-object.js'
import { emitEvent } from '../events/emit-event.js'

/** Makes a draft final: it gets its number and waits to be paid. */
export function finalizeInvoice(world: World, id: string): Stripe.Invoice {
  const draft = world.store.need('invoice', id)
  const { object } = changeObject(world, 'invoice', id, {
    automatically_finalizes_at: null,
    effective_at: world.clock.seconds,
    ending_balance: 0,
    number: nextNumber(world, draft.customer as string),
    status: 'open',
    status_transitions: { ...draft.status_transitions, finalized_at: world.clock.seconds },
  })
  emitEvent(world, 'invoice.finalized', object)
  return object
}

/** Numbers count per customer: `1A2B3C4D-0001`. */
function nextNumber(world: World, customerId: string): string {
  const customer = world.store.need('customer', customerId)
  const sequence = customer.next_invoice_sequence ?? 1
  world.store.put('customer', { ...customer, next_invoice_sequence: sequence + 1 })
  return `${customer.invoice_prefix ?? 'SANDBOX'}-${String(sequence).padStart(4, '0')}`
}
