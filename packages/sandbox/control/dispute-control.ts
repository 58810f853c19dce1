import { z } from 'zod'
import type Stripe from 'stripe'
import { idOf } from '../stripe/api/id-of.js'
import { closeDispute, disputeOf, isOpen, openDispute, updateDispute } from '../stripe/disputes/transition-dispute.js'
import { BY_ITSELF, causedBy, type SandboxState } from '../sandbox-state.js'
import { ControlError } from './control-error.js'
import { payPalDisputeByControl, payPalPayment } from './paypal-dispute-control.js'

/**
 * Input to create or change a dispute: the payment (a payment intent, charge or invoice; a PayPal capture, sale, order
 * or subscription) and the new status.
 */
export const disputeInput = z.strictObject({
  payment: z.string().max(100),
  status: z
    .enum([
      'needs_response',
      'under_review',
      'won',
      'lost',
      'warning_needs_response',
      'warning_under_review',
      'warning_closed',
    ])
    .default('needs_response'),
})

/** Disputes a payment as the owner of a card, or decides as the bank. Skipped steps happen first. */
export function disputeByControl(world: SandboxState, { payment, status }: z.output<typeof disputeInput>) {
  const capture = payPalPayment(world, payment)
  if (capture !== undefined) return payPalDisputeByControl(world, capture, status)
  const charge = chargeOf(world, payment)
  if (charge === undefined) throw new ControlError(404, 'NOT_FOUND', `No successful charge for ${payment}.`, 'payment')
  const dispute = causedBy(world, BY_ITSELF, () => moveTo(world, charge, status))
  return {
    id: dispute.id,
    status: dispute.status,
    charge: charge.id,
    amount: dispute.amount,
    currency: dispute.currency,
  }
}

function moveTo(
  world: SandboxState,
  charge: Stripe.Charge,
  status: z.output<typeof disputeInput>['status'],
): Stripe.Dispute {
  const known = disputeOf(world, charge)
  const opening = status.startsWith('warning') ? 'warning_needs_response' : 'needs_response'
  const open = known !== undefined && isOpen(known) ? known : null
  if (open === null && known !== undefined)
    throw new ControlError(409, 'DISPUTE_CLOSED', `The dispute ${known.id} is ${known.status}.`, 'status')
  const dispute = open ?? openDispute(world, charge, opening)
  switch (status) {
    case 'won':
    case 'lost':
    case 'warning_closed':
      return closeDispute(world, dispute.id, status)
    default:
      return dispute.status === status ? dispute : updateDispute(world, dispute.id, { status })
  }
}

function chargeOf(world: SandboxState, payment: string): Stripe.Charge | undefined {
  const [linked] = payment.startsWith('in_') ? world.store.by('invoice_payment', 'invoice', payment) : []
  const intent = linked === undefined ? payment : (idOf(linked.payment.payment_intent) ?? payment)
  const charge = world.store.get('charge', intent) ?? world.store.by('charge', 'payment_intent', intent).at(-1)
  return charge?.paid === true ? charge : undefined
}
