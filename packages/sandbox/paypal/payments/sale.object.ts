import type { SandboxState } from '#sandbox-state.js'
import { apiLink } from '../api/links.js'
import type { Money } from '../money.js'
import type { Capture, Refund } from '../objects.js'

const STATES: Record<Capture['status'], string> = {
  COMPLETED: 'completed',
  DECLINED: 'denied',
  FAILED: 'denied',
  PARTIALLY_REFUNDED: 'partially_refunded',
  PENDING: 'pending',
  REFUNDED: 'refunded',
}

/** Payment of a subscription in the older API, with that API's names of amounts and states. */
export function showSale(world: SandboxState, capture: Capture): object {
  const { subscription } = world.store.need('paypal.capture_detail', capture.id)
  const path = `/v1/payments/sale/${capture.id}`
  const fee = capture.seller_receivable_breakdown?.paypal_fee
  const isPending = capture.status === 'PENDING'
  return {
    id: capture.id,
    amount: { ...total(capture.amount), details: { subtotal: capture.amount.value } },
    payment_mode: isPending ? 'ECHECK' : 'INSTANT_TRANSFER',
    state: STATES[capture.status],
    ...(isPending ? { reason_code: 'ECHECK' } : {}),
    protection_eligibility: 'ELIGIBLE',
    protection_eligibility_type: 'ITEM_NOT_RECEIVED_ELIGIBLE,UNAUTHORIZED_PAYMENT_ELIGIBLE',
    ...(fee === undefined ? {} : { transaction_fee: { currency: fee.currency_code, value: fee.value } }),
    parent_payment: parentOf(capture.id),
    ...(subscription === null ? {} : { billing_agreement_id: subscription }),
    ...(capture.custom_id === undefined ? {} : { custom: capture.custom_id }),
    create_time: capture.create_time,
    update_time: capture.update_time,
    links: [
      apiLink(world, 'self', path),
      apiLink(world, 'refund', `${path}/refund`, 'POST'),
      apiLink(world, 'parent_payment', `/v1/payments/payment/${parentOf(capture.id)}`),
    ],
  }
}

/** A refund as the older API shows it. */
export function showSaleRefund(world: SandboxState, refund: Refund): object {
  const { capture } = world.store.need('paypal.refund_detail', refund.id)
  const all = refund.seller_payable_breakdown['total_refunded_amount']
  return {
    id: refund.id,
    amount: total(refund.amount),
    state: refund.status.toLowerCase(),
    sale_id: capture,
    parent_payment: parentOf(capture),
    ...(refund.invoice_id === undefined ? {} : { invoice_number: refund.invoice_id }),
    ...(refund.custom_id === undefined ? {} : { custom: refund.custom_id }),
    ...(refund.note_to_payer === undefined ? {} : { description: refund.note_to_payer }),
    ...(all === undefined ? {} : { total_refunded_amount: { currency: all.currency_code, value: all.value } }),
    create_time: refund.create_time,
    update_time: refund.update_time,
    links: [
      apiLink(world, 'self', `/v1/payments/refund/${refund.id}`),
      apiLink(world, 'sale', `/v1/payments/sale/${capture}`),
    ],
  }
}

function total({ currency_code: currency, value }: Money): { currency: string; total: string } {
  return { currency, total: value }
}

/** The payment that a sale belongs to; it cannot be read here. */
function parentOf(sale: string): string {
  return `PAYID-${sale}`
}
