import type { SandboxState } from '#sandbox-state.js'
import { payPalNow, payPalTime } from '../api/time.js'
import { emitEvent } from '../events/emit-event.js'
import { money } from '../money.js'
import type { Capture, Dispute } from '../objects.js'
import { PAYEE } from '../payments/payee.js'
import { leftOf, refundCapture, reverseCapture } from '../payments/refund-capture.js'
import { showDispute } from './dispute.object.js'

const DAYS_TO_ANSWER = 10 * 24 * 60 * 60 * 1000

/** A payer questions a payment: with the merchant first (an inquiry), or with their bank. */
export function openDispute(
  world: SandboxState,
  capture: Capture,
  stage: Dispute['dispute_life_cycle_stage'],
): Dispute {
  const id = `PP-R-${world.ids.code('paypal.dispute', 3)}-${String(10_000_000 + world.ids.count('paypal:dispute'))}`
  const { payer } = world.store.need('paypal.capture_detail', capture.id)
  const time = payPalNow(world)
  const dispute: Dispute = {
    id,
    dispute_id: id,
    create_time: time,
    update_time: time,
    disputed_transactions: [
      {
        seller_transaction_id: capture.id,
        buyer_transaction_id: world.ids.code('paypal.buyer_transaction'),
        create_time: capture.create_time,
        transaction_status: capture.status,
        gross_amount: capture.amount,
        ...(capture.custom_id === undefined ? {} : { custom: capture.custom_id }),
        ...(payer === null ? {} : { buyer: { name: `${payer.name.given_name} ${payer.name.surname}` } }),
        seller: { email: PAYEE.email_address, merchant_id: PAYEE.merchant_id, name: 'Sandbox Merchant' },
      },
    ],
    reason: 'UNAUTHORISED',
    status: 'WAITING_FOR_SELLER_RESPONSE',
    dispute_amount: money(capture.amount.currency_code, leftOf(world, capture)),
    dispute_life_cycle_stage: stage,
    dispute_channel: 'INTERNAL',
    seller_response_due_date: payPalTime(world.clock.now + DAYS_TO_ANSWER),
  }
  world.store.put('paypal.dispute_detail', { id, capture: capture.id })
  world.store.put('paypal.dispute', dispute)
  emitEvent(world, 'CUSTOMER.DISPUTE.CREATED', showDispute(world, dispute))
  return dispute
}

/** A dispute moves on without being over. */
export function updateDispute(world: SandboxState, id: string, changes: Partial<Dispute>): Dispute {
  const before = world.store.need('paypal.dispute', id)
  const dispute = world.store.put('paypal.dispute', { ...before, ...changes, update_time: payPalNow(world) })
  emitEvent(world, 'CUSTOMER.DISPUTE.UPDATED', showDispute(world, dispute))
  return dispute
}

/** Result of a dispute: for either side, canceled by the payer, or accepted by the merchant. */
export type DisputeOutcome = 'RESOLVED_BUYER_FAVOUR' | 'RESOLVED_SELLER_FAVOUR' | 'CANCELED_BY_BUYER' | 'ACCEPTED'

/** Closes a dispute. A lost one reverses the payment; an accepted one refunds it. */
export function closeDispute(world: SandboxState, id: string, outcome: DisputeOutcome): Dispute {
  const { seller_response_due_date: _due, ...before } = world.store.need('paypal.dispute', id)
  const capture = world.store.need('paypal.capture', world.store.need('paypal.dispute_detail', id).capture)
  const gives = outcome === 'RESOLVED_BUYER_FAVOUR' || outcome === 'ACCEPTED'
  const amount = money(capture.amount.currency_code, leftOf(world, capture))
  const dispute = world.store.put('paypal.dispute', {
    ...before,
    status: 'RESOLVED',
    dispute_outcome: { outcome_code: outcome, ...(gives ? { amount_refunded: amount } : {}) },
    update_time: payPalNow(world),
  })
  if (outcome === 'RESOLVED_BUYER_FAVOUR') reverseCapture(world, capture)
  if (outcome === 'ACCEPTED' && leftOf(world, capture) > 0n) refundCapture(world, capture, {})
  emitEvent(world, 'CUSTOMER.DISPUTE.RESOLVED', showDispute(world, dispute))
  return dispute
}
