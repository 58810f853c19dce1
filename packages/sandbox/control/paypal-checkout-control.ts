import { cancelUrl, returnUrl } from '../pages/paypal/return-urls.js'
import { approveOrder, waitsForPayer } from '../paypal/orders/approve-order.js'
import type { Funding, Order } from '../paypal/objects.js'
import { settleCapture } from '../paypal/payments/settle-capture.js'
import { BY_ITSELF, causedBy, type SandboxState } from '../sandbox-state.js'
import type { PayInput } from './checkout-control.js'
import { ControlError } from './control-error.js'

/** The payer of the control interface, unless a page was used. */
export const EMAIL = 'payer@sandbox.example.com'

const FUNDINGS: Record<string, Funding> = {
  paid: 'balance',
  declined: 'declined',
  async_paid: 'bank_pays',
  async_failed: 'bank_refuses',
}

/** True if an id of `checkouts/{id}` is that of a PayPal order. */
export function isPayPalOrder(world: SandboxState, id: string): boolean {
  return world.store.get('paypal.order', id) !== undefined
}

/** Approves an order as a payer. The merchant captures it. A second call can settle a pending bank payment. */
export function payOrderByControl(world: SandboxState, id: string, input: PayInput) {
  const order = world.store.need('paypal.order', id)
  if (order.status === 'COMPLETED' && input.settle === 'now' && settle(world, id, input)) return state(world, id)
  if (!waitsForPayer(order)) throw notOpen(order)
  if (input.card !== undefined)
    throw new ControlError(400, 'BAD_INPUT', 'A PayPal order is approved by its payer, not paid by card.', 'card')
  const funding = FUNDINGS[input.outcome ?? 'paid']
  if (funding === undefined)
    throw new ControlError(400, 'BAD_INPUT', 'PayPal asks for no 3D Secure challenge here.', 'outcome')
  const { immediateOnly } = world.store.need('paypal.order_detail', id)
  if (immediateOnly && funding.startsWith('bank'))
    throw new ControlError(409, 'NOT_OFFERED', 'This order takes immediate payments only.', 'outcome')
  causedBy(world, BY_ITSELF, () =>
    approveOrder(world, id, { email: EMAIL, funding, settlesNow: input.settle === 'now' }),
  )
  return state(world, id)
}

/** Leaves the page without approving: nothing changes. */
export function cancelOrderByControl(world: SandboxState, id: string) {
  const order = world.store.need('paypal.order', id)
  if (!waitsForPayer(order)) throw notOpen(order)
  return { ...state(world, id), url: cancelUrl(world, order) }
}

/** Sets the bank's result for the pending payments of an order. False if none is pending. */
function settle(world: SandboxState, id: string, { outcome }: PayInput): boolean {
  const pays = outcome === undefined ? undefined : outcome !== 'async_failed'
  const captures = world.store.by('paypal.capture_detail', 'order', id)
  return causedBy(world, BY_ITSELF, () => captures.map((one) => settleCapture(world, one.id, pays))).some(
    (capture) => capture !== null,
  )
}

function state(world: SandboxState, id: string) {
  const order = world.store.need('paypal.order', id)
  return {
    status: order.status,
    paymentStatus: order.status === 'COMPLETED' ? 'captured' : 'not_captured',
    subscription: null,
    url: returnUrl(world, order),
  }
}

function notOpen(order: Order): ControlError {
  return new ControlError(409, 'NOT_OPEN', `The order is ${order.status}: no payer is waited for.`)
}
