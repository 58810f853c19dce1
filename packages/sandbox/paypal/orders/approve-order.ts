import type { SandboxState } from '#sandbox-state.js'
import { emitEvent } from '../events/emit-event.js'
import { payPalNow } from '../api/time.js'
import type { Funding, Order } from '../objects.js'
import { ORDER_LIFETIME, payerOf, showOrder } from './order.object.js'

/** Input of the payer on the page. */
export interface Approval {
  email: string
  funding: Funding
  settlesNow: boolean
}

/** The payer approves: no money has moved yet, and the merchant has some hours to capture it. */
export function approveOrder(world: SandboxState, id: string, { email, funding, settlesNow }: Approval): Order {
  const before = world.store.need('paypal.order', id)
  const payer = payerOf(email)
  const order = world.store.put('paypal.order', {
    ...before,
    status: 'APPROVED',
    payer,
    payment_source: {
      paypal: {
        ...before.payment_source?.paypal,
        email_address: payer.email_address,
        account_id: payer.payer_id,
        name: payer.name,
        address: payer.address,
      },
    },
    update_time: payPalNow(world),
  })
  const detail = world.store.need('paypal.order_detail', id)
  world.store.put('paypal.order_detail', { ...detail, funding, settlesNow })
  world.due.schedule('paypal.order.expire', id, world.clock.now + ORDER_LIFETIME)
  emitEvent(world, 'CHECKOUT.ORDER.APPROVED', showOrder(world, order))
  return order
}

/** True if the payer can still approve. */
export function waitsForPayer(order: Order): boolean {
  return order.status === 'CREATED' || order.status === 'PAYER_ACTION_REQUIRED'
}

/** Deletes an order that was not approved or captured in time. */
export function expireOrder(world: SandboxState, id: string): void {
  const order = world.store.need('paypal.order', id)
  if (order.status === 'COMPLETED' || order.status === 'VOIDED') return
  world.store.put('paypal.order', { ...order, status: 'VOIDED', update_time: payPalNow(world) })
  if (order.status === 'APPROVED')
    emitEvent(world, 'CHECKOUT.PAYMENT-APPROVAL.REVERSED', {
      order_id: id,
      purchase_units: order.purchase_units,
      payment_source: order.payment_source,
    })
}
