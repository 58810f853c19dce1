import type { SandboxState } from '#sandbox-state.js'
import { apiLink } from '../api/links.js'
import type { Link } from '../api/paypal-error.js'
import type { Capture } from '../objects.js'
import { PAYEE } from './payee.js'

/** A capture as PayPal shows it, apart from its order. */
export function showCapture(world: SandboxState, capture: Capture): object {
  const { order } = world.store.need('paypal.capture_detail', capture.id)
  return {
    ...capture,
    payee: PAYEE,
    ...(order === null ? {} : { supplementary_data: { related_ids: { order_id: order } } }),
    links: captureLinks(world, capture),
  }
}

/** Links of the operations on a capture. */
export function captureLinks(world: SandboxState, { id }: Capture): Link[] {
  const { order } = world.store.need('paypal.capture_detail', id)
  const path = `/v2/payments/captures/${id}`
  return [
    apiLink(world, 'self', path),
    apiLink(world, 'refund', `${path}/refund`, 'POST'),
    ...(order === null ? [] : [apiLink(world, 'up', `/v2/checkout/orders/${order}`)]),
  ]
}
