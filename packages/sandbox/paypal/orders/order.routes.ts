import type { SandboxState } from '#sandbox-state.js'
import { notImplemented, PayPalError } from '../api/paypal-error.js'
import { REMEMBERED, route, type PayPalAnswer } from '../api/route.js'
import type { Order } from '../objects.js'
import { captureOrder } from './capture-order.js'
import { createOrder } from './create-order.js'
import { requireOrder } from './require-order.js'
import { patchOrder } from './patch-order.js'
import { showCapture, showOrder, showOrderBriefly } from './order.object.js'

const remembered = {
  remembers: REMEMBERED.orders,
  again: (world: SandboxState, id: string) => shown(world, requireOrder(world, id), 200),
}

/** Orders: create, retrieve, change, capture. */
export const orderRoutes = [
  route(
    'POST',
    '/v2/checkout/orders',
    (world, { body, requestId }) => shown(world, createOrder(world, body, requestId), source(body) ? 200 : 201),
    remembered,
  ),
  route('GET', '/v2/checkout/orders/:id', (world, { ids }) => ({
    status: 200,
    body: showOrder(world, requireOrder(world, ids['id'] ?? '')),
  })),
  route('PATCH', '/v2/checkout/orders/:id', (world, { ids, body }) => {
    patchOrder(world, requireOrder(world, ids['id'] ?? ''), body as unknown as Record<string, unknown>[])
    return { status: 204 }
  }),
  route(
    'POST',
    '/v2/checkout/orders/:id/capture',
    (world, { ids, body }) => {
      if (source(body)) throw notImplemented('payment_source when capturing')
      const result = captureOrder(world, requireOrder(world, ids['id'] ?? ''))
      return result instanceof PayPalError
        ? result
        : { status: 201, body: showOrder(world, result), minimal: showCapture(world, result) }
    },
    remembered,
  ),
]

function shown(world: SandboxState, order: Order, status: number): PayPalAnswer {
  return { status, body: showOrder(world, order), minimal: showOrderBriefly(world, order) }
}

function source(body: Record<string, unknown>): boolean {
  return body['payment_source'] !== undefined
}
