import type { SandboxState } from '#sandbox-state.js'
import type { Capture } from '../objects.js'

/** A payment of a subscription as its list of transactions shows it. */
export function showTransaction(world: SandboxState, capture: Capture): object {
  const { payer } = world.store.need('paypal.capture_detail', capture.id)
  const parts = capture.seller_receivable_breakdown
  return {
    id: capture.id,
    status: capture.status,
    ...(payer === null ? {} : { payer_email: payer.email_address, payer_name: payer.name }),
    amount_with_breakdown: {
      gross_amount: capture.amount,
      ...(parts === undefined ? {} : { fee_amount: parts.paypal_fee, net_amount: parts.net_amount }),
    },
    time: capture.create_time,
  }
}
