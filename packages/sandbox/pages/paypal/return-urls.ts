import type { Order, Subscription } from '#paypal/objects.js'
import type { SandboxState } from '#sandbox-state.js'

/** Where a payer who approved an order is sent, with what PayPal adds; null when the merchant named no address. */
export function returnUrl(world: SandboxState, order: Order): string | null {
  const { returnUrl: wanted } = world.store.need('paypal.order_detail', order.id)
  return wanted === null ? null : withParameters(wanted, { token: order.id, PayerID: order.payer?.payer_id ?? '' })
}

/** URL to which a payer who left is redirected. */
export function cancelUrl(world: SandboxState, order: Order): string | null {
  const { cancelUrl: wanted } = world.store.need('paypal.order_detail', order.id)
  return wanted === null ? null : withParameters(wanted, { token: order.id })
}

/** URL to which a subscriber who agreed is redirected. */
export function returnUrlOf(world: SandboxState, { id }: Subscription): string | null {
  const { returnUrl: wanted, token } = world.store.need('paypal.subscription_detail', id)
  return wanted === null ? null : withParameters(wanted, { subscription_id: id, ba_token: token, token })
}

/** URL to which a subscriber who left is redirected. */
export function cancelUrlOf(world: SandboxState, { id }: Subscription): string | null {
  const { cancelUrl: wanted, token } = world.store.need('paypal.subscription_detail', id)
  return wanted === null ? null : withParameters(wanted, { subscription_id: id, ba_token: token, token })
}

function withParameters(wanted: string, parameters: Record<string, string>): string {
  const url = new URL(wanted)
  for (const [name, value] of Object.entries(parameters)) if (value !== '') url.searchParams.set(name, value)
  return url.href
}
