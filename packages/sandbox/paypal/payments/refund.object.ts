import type { SandboxState } from '#sandbox-state.js'
import { apiLink } from '../api/links.js'
import type { Link } from '../api/paypal-error.js'
import type { Refund } from '../objects.js'

/** A refund as PayPal shows it. */
export function showRefund(world: SandboxState, refund: Refund): object {
  return { ...refund, links: refundLinks(world, refund) }
}

/** URLs of a refund and of the refunded payment. */
export function refundLinks(world: SandboxState, { id }: Refund): Link[] {
  const { capture } = world.store.need('paypal.refund_detail', id)
  return [
    apiLink(world, 'self', `/v2/payments/refunds/${id}`),
    apiLink(world, 'up', `/v2/payments/captures/${capture}`),
  ]
}
