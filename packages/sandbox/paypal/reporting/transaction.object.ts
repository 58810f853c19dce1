import type { SandboxState } from '#sandbox-state.js'
import type { Capture, Refund } from '../objects.js'

/** Transaction of the merchant's account with its search criteria. */
export interface ReportedTransaction {
  /** Business time in milliseconds. */
  readonly at: number
  readonly id: string
  readonly code: 'T0002' | 'T0006' | 'T1106' | 'T1107'
  readonly status: 'D' | 'P' | 'S' | 'V'
  readonly currency: string
  /** True if the balance of the account changed. */
  readonly isBalance: boolean
  readonly shown: object
}

const STATUSES: Record<Capture['status'], ReportedTransaction['status']> = {
  COMPLETED: 'S',
  PARTIALLY_REFUNDED: 'S',
  REFUNDED: 'V',
  PENDING: 'P',
  DECLINED: 'D',
  FAILED: 'D',
}

/** A payment that a buyer made: by an order, or for a subscription. */
export function paymentTransaction(world: SandboxState, capture: Capture): ReportedTransaction {
  const { subscription, payer } = world.store.need('paypal.capture_detail', capture.id)
  const status = STATUSES[capture.status]
  const fee = capture.seller_receivable_breakdown?.paypal_fee
  return transaction({
    id: capture.id,
    code: subscription === null ? 'T0006' : 'T0002',
    status,
    isBalance: status === 'S' || status === 'V',
    money: capture,
    more: {
      ...(payer === null ? {} : { paypal_account_id: payer.payer_id }),
      ...(fee === undefined ? {} : { fee_amount: { ...fee, value: `-${fee.value}` } }),
    },
  })
}

/** Money that went back: the merchant returned it, or a lost dispute took it. */
export function returnTransaction(world: SandboxState, refund: Refund): ReportedTransaction {
  const { capture, isReversal } = world.store.need('paypal.refund_detail', refund.id)
  return transaction({
    id: refund.id,
    code: isReversal ? 'T1106' : 'T1107',
    status: 'S',
    isBalance: true,
    money: { ...refund, amount: { ...refund.amount, value: `-${refund.amount.value}` } },
    more: { paypal_reference_id: capture, paypal_reference_id_type: 'TXN' },
  })
}

interface Parts extends Pick<ReportedTransaction, 'id' | 'code' | 'status' | 'isBalance'> {
  readonly money: Pick<Capture, 'amount' | 'invoice_id' | 'custom_id' | 'create_time' | 'update_time'>
  readonly more: object
}

function transaction({ money: moved, more, ...input }: Parts): ReportedTransaction {
  const { amount, invoice_id: invoice, custom_id: custom, create_time: created, update_time: updated } = moved
  return {
    ...input,
    at: Date.parse(created),
    currency: amount.currency_code,
    shown: {
      transaction_id: input.id,
      transaction_event_code: input.code,
      transaction_initiation_date: created,
      transaction_updated_date: updated,
      transaction_amount: amount,
      transaction_status: input.status,
      ...(invoice === undefined ? {} : { invoice_id: invoice }),
      ...(custom === undefined ? {} : { custom_field: custom }),
      protection_eligibility: '02',
      ...more,
    },
  }
}
