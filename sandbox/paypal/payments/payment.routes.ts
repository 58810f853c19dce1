import type { World } from '../../world.js'
import { notFound } from '../api/paypal-error.js'
import { route } from '../api/route.js'
import type { Capture } from '../objects.js'
import { showCapture } from './capture.object.js'

/** Payments: captures. */
export const paymentRoutes = [
  route('GET', '/v2/payments/captures/:id', (world, { ids }) => ({
    status: 200,
    body: showCapture(world, needCapture(world, ids['id'] ?? '')),
  })),
]

/** The capture, or PayPal's 404. */
export function needCapture(world: World, id: string): Capture {
  const capture = world.store.get('paypal.capture', id)
  if (capture === undefined) throw notFound()
  return capture
}
