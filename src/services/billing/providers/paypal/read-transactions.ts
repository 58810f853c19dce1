import type { TransactionInformation } from '@paypal/paypal-server-sdk'
import type { Money } from '#services/kernel/money/money.js'
import type { BalanceBooking, ListedCharge, ListedRefund } from '../money-listing-port.js'
import { fromPayPalMoney } from './paypal-money.js'
import { dateOf } from './read-subscription.js'
import { readReference } from './reference.js'

/** Payments by an order (`T0006`) and for a subscription (`T0002`; `T0003` for one of the older interface). */
export const PAYMENT_CODES = ['T0006', 'T0002', 'T0003'] as const

export const REFUND_CODE = 'T1107'

/** Refunds by the merchant (`T1107`), reversals by PayPal (`T1106`) and chargebacks by the buyer's bank (`T1201`). */
export const RETURN_CODES = [REFUND_CODE, 'T1106', 'T1201'] as const

/** Statuses of a payment whose money arrived, including money that was returned later: in full (`V`) or in part (`F`). */
const RECEIVED: ReadonlySet<string> = new Set(['S', 'V', 'F'])

const RETURN_STATUSES: Record<string, ListedRefund['status']> = { S: 'SUCCEEDED', P: 'PENDING', D: 'FAILED' }

/** Reads a payment. Null for what the merchant paid, and for money that did not arrive. */
export function readPaymentTransaction(found: TransactionInformation): ListedCharge | null {
  const money = fromPayPalMoney(found.transactionAmount)
  if (!found.transactionId || !RECEIVED.has(found.transactionStatus ?? '') || money.amountMinor <= 0) return null
  return {
    paymentId: found.transactionId,
    customerId: readReference(found.customField)?.accountId ?? null,
    money,
  }
}

/** Reads money that went back. Null for money that came, for example after a chargeback that the merchant has won. */
export function readReturnTransaction(found: TransactionInformation): ListedRefund | null {
  const money = fromPayPalMoney(found.transactionAmount)
  const status = RETURN_STATUSES[found.transactionStatus ?? '']
  if (!found.transactionId || !status || money.amountMinor >= 0) return null
  return {
    externalId: found.transactionId,
    paymentId: found.paypalReferenceId ?? null,
    money: positive(money),
    status,
    kind: found.transactionEventCode === REFUND_CODE ? 'REFUND' : 'REVERSAL',
    disputedAt: dateOf(found.transactionInitiationDate),
  }
}

/** Groups of event codes of money that is recorded here, too: refunds, reversals and holds (`T11`), and chargebacks (`T12`). */
const RECORDED: Readonly<Record<string, BalanceBooking['kind']>> = { T11: 'REFUND', T12: 'DISPUTE' }
/** Group of the event codes of payments, and of fees that belong to no payment. */
const [PAYMENTS, FEES] = ['T00', 'T01']

/** Reads a change of our balance. PayPal states a fee as an amount below zero. Null if the money has not arrived. */
export function readBalanceTransaction(found: TransactionInformation): BalanceBooking | null {
  const money = fromPayPalMoney(found.transactionAmount)
  const at = dateOf(found.transactionInitiationDate)
  if (!found.transactionId || !at || !RECEIVED.has(found.transactionStatus ?? '')) return null
  const { currency, amountMinor } = money
  const fee = found.feeAmount ? fromPayPalMoney(found.feeAmount).amountMinor : 0
  const group = found.transactionEventCode?.slice(0, 3) ?? ''
  const isFee = group === FEES
  const isPayment = group === PAYMENTS && amountMinor > 0
  return {
    externalId: found.transactionId,
    kind: isFee || isPayment ? 'PAYMENT' : (RECORDED[group] ?? 'OTHER'),
    money: isFee ? { amountMinor: 0, currency } : money,
    feeMinor: (isFee ? -amountMinor : 0) - fee,
    at,
  }
}

const positive = ({ amountMinor, currency }: Money): Money => ({ amountMinor: Math.abs(amountMinor), currency })
