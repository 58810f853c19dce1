import { idOf } from '../stripe/api/id-of.js'
import type { RecordKind, Records } from './records.js'

type Key = string | null | undefined
type IndexesOf<K extends RecordKind> = Record<string, (record: Records[K]) => Key>

function indexes<T extends { [K in RecordKind]?: IndexesOf<K> }>(table: T): T {
  return table
}

/**
 * Secondary indexes of the records. The store updates them, so that no rule that runs once per renewal scans all
 * objects.
 */
export const INDEXES = indexes({
  subscription: { customer: (one) => idOf(one.customer) },
  invoice: {
    subscription: (one) => idOf(one.parent?.subscription_details?.subscription),
    customer: (one) => idOf(one.customer),
  },
  invoice_payment: { invoice: (one) => idOf(one.invoice), payment_intent: (one) => idOf(one.payment.payment_intent) },
  invoiceitem: { customer: (one) => idOf(one.customer), invoice: (one) => idOf(one.invoice) },
  charge: { payment_intent: (one) => idOf(one.payment_intent), customer: (one) => idOf(one.customer) },
  credit_note: { invoice: (one) => idOf(one.invoice) },
  refund: { charge: (one) => idOf(one.charge) },
  dispute: { charge: (one) => idOf(one.charge) },
  payment_method: { customer: (one) => idOf(one.customer) },
  price: { lookup_key: (one) => one.lookup_key, product: (one) => idOf(one.product) },
  promotion_code: { code: (one) => one.code.toLowerCase() },
  'billing.meter': { event_name: (one) => one.event_name },
  meter_usage: { meter_customer: (one) => `${one.meter}/${one.customer}`, identifier: (one) => one.identifier },
  tax_id: { customer: (one) => idOf(one.customer) },
  customer_balance_transaction: { customer: (one) => idOf(one.customer) },
  'paypal.capture_detail': { order: (one) => one.order, subscription: (one) => one.subscription },
  'paypal.plan': { product: (one) => one.product_id },
  'paypal.subscription_detail': { token: (one) => one.token },
  'paypal.dispute_detail': { capture: (one) => one.capture },
  'paypal.capture': { invoice: (one) => one.invoice_id },
  'paypal.refund_detail': { capture: (one) => one.capture },
  delivery: { event: (one) => one.event },
})

/** The kinds that have indexes. */
export type IndexedKind = keyof typeof INDEXES

/** The names of the indexes of a kind. */
export type IndexOf<K extends IndexedKind> = keyof (typeof INDEXES)[K] & string
