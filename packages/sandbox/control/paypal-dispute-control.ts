import type { Capture, Dispute } from '../paypal/objects.js'
import { disputesOf, openDisputeOf } from '../paypal/disputes/dispute-state.js'
import { closeDispute, openDispute, updateDispute } from '../paypal/disputes/transition-dispute.js'
import { BY_ITSELF, causedBy, type SandboxState } from '../sandbox-state.js'
import { ControlError } from './control-error.js'

/** The payment that an id means: a capture or sale, or the last one of an order or a subscription. */
export function payPalPayment(world: SandboxState, id: string): Capture | undefined {
  const details = [
    ...world.store.by('paypal.capture_detail', 'order', id),
    ...world.store.by('paypal.capture_detail', 'subscription', id),
  ]
  return world.store.get('paypal.capture', details.at(-1)?.id ?? id)
}

/** Disputes a payment as a payer, or decides as PayPal. Skipped steps happen first. */
export function payPalDisputeByControl(world: SandboxState, capture: Capture, status: string) {
  if (capture.status === 'PENDING' || capture.status === 'DECLINED')
    throw new ControlError(409, 'NOT_PAID', `The payment ${capture.id} is ${capture.status}.`, 'payment')
  const known = disputesOf(world, capture.id).at(-1)
  if (known?.status === 'RESOLVED')
    throw new ControlError(409, 'DISPUTE_CLOSED', `The dispute ${known.dispute_id} is resolved.`, 'status')
  const dispute = causedBy(world, BY_ITSELF, () => move(world, capture, status))
  const { currency_code: currency, value } = dispute.dispute_amount
  return {
    id: dispute.dispute_id,
    status: dispute.status,
    outcome: dispute.dispute_outcome?.outcome_code ?? null,
    charge: capture.id,
    amount: value,
    currency,
  }
}

function move(world: SandboxState, capture: Capture, status: string): Dispute {
  const stage = status.startsWith('warning') ? 'INQUIRY' : 'CHARGEBACK'
  const dispute = openDisputeOf(world, capture.id) ?? openDispute(world, capture, stage)
  switch (status) {
    case 'won':
      return closeDispute(world, dispute.id, 'RESOLVED_SELLER_FAVOUR')
    case 'lost':
      return closeDispute(world, dispute.id, 'RESOLVED_BUYER_FAVOUR')
    case 'warning_closed':
      return closeDispute(world, dispute.id, 'CANCELED_BY_BUYER')
    case 'under_review':
    case 'warning_under_review':
      return updateDispute(world, dispute.id, { status: 'UNDER_REVIEW' })
    default:
      // An inquiry that is not settled goes on to the bank.
      return dispute.dispute_life_cycle_stage === stage
        ? dispute
        : updateDispute(world, dispute.id, { dispute_life_cycle_stage: stage })
  }
}
