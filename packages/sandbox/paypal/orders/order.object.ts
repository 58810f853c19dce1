import { createHash } from 'node:crypto'
import type { SandboxState } from '#sandbox-state.js'
import { apiLink } from '../api/links.js'
import type { Link } from '../api/paypal-error.js'
import type { Order, Payer } from '../objects.js'
import { captureLinks } from '../payments/capture.object.js'
import { refundLinks } from '../payments/refund.object.js'

const PAYER_LETTERS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
const HOUR = 60 * 60 * 1000

/** Time that a payer has to approve, and that the merchant then has to capture. */
export const ORDER_LIFETIME = 3 * HOUR

/** An order as PayPal shows it: with its payments, and links to what can be done with it. */
export function showOrder(world: SandboxState, order: Order): object {
  return {
    ...order,
    purchase_units: order.purchase_units.map((unit) => ({ ...unit, ...paymentsOf(world, order, unit.reference_id) })),
    links: orderLinks(world, order),
  }
}

/** Representation for a caller that does not request the full one. */
export function showOrderBriefly(world: SandboxState, order: Order): object {
  const { id, status, payment_source } = order
  return { id, status, ...(payment_source === undefined ? {} : { payment_source }), links: orderLinks(world, order) }
}

/** Representation of a captured order for a caller that does not request the full one: with its payments and its payer. */
export function showCapture(world: SandboxState, order: Order): object {
  const { payer, purchase_units: units } = order
  return {
    ...showOrderBriefly(world, order),
    purchase_units: units.map(({ reference_id }) => ({
      reference_id,
      ...paymentsOf(world, order, reference_id),
    })),
    ...(payer === undefined ? {} : { payer }),
  }
}

/** URL at which the payer approves an order. */
export function approvalUrl(world: SandboxState, order: string): string {
  return `${world.baseUrl}/paypal/checkoutnow?token=${order}`
}

/** The link that brings a payer there. */
export function approvalLink(world: SandboxState, order: string): Link {
  const { isSourceNamed } = world.store.need('paypal.order_detail', order)
  return { href: approvalUrl(world, order), rel: isSourceNamed ? 'payer-action' : 'approve', method: 'GET' }
}

/** The payer behind an address: the same one each time. */
export function payerOf(email: string): Payer {
  return {
    name: { given_name: 'Sandbox', surname: 'Payer' },
    email_address: email,
    payer_id: payerId(email),
    address: { country_code: 'US' },
  }
}

function payerId(email: string): string {
  const digest = createHash('sha256').update(`payer:${email.toLowerCase()}`).digest()
  return Array.from({ length: 13 }, (_, index) => PAYER_LETTERS[(digest[index] ?? 0) % PAYER_LETTERS.length]).join('')
}

function orderLinks(world: SandboxState, order: Order): Link[] {
  const path = `/v2/checkout/orders/${order.id}`
  const self = apiLink(world, 'self', path)
  switch (order.status) {
    case 'CREATED':
      return [
        self,
        approvalLink(world, order.id),
        apiLink(world, 'update', path, 'PATCH'),
        apiLink(world, 'capture', `${path}/capture`, 'POST'),
      ]
    case 'PAYER_ACTION_REQUIRED':
      return [self, approvalLink(world, order.id)]
    case 'APPROVED':
      return [self, apiLink(world, 'update', path, 'PATCH'), apiLink(world, 'capture', `${path}/capture`, 'POST')]
    default:
      return [self]
  }
}

function paymentsOf(world: SandboxState, order: Order, unit: string): { payments?: object } {
  const details = world.store.by('paypal.capture_detail', 'order', order.id).filter((one) => one.unit === unit)
  if (details.length === 0) return {}
  const captures = details.map(({ id }) => world.store.need('paypal.capture', id))
  const refunds = captures.flatMap(({ id }) => world.store.by('paypal.refund_detail', 'capture', id))
  return {
    payments: {
      captures: captures.map((capture) => ({ ...capture, links: captureLinks(world, capture) })),
      ...(refunds.length === 0
        ? {}
        : {
            refunds: refunds
              .map(({ id }) => world.store.need('paypal.refund', id))
              .map((refund) => ({ ...refund, links: refundLinks(world, refund) })),
          }),
    },
  }
}
