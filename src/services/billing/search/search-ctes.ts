import type { SearchRules } from '#services/ops/search/search-rules.js'

/** Condition of the index of an ID at a provider. */
const AT_PROVIDER = `provider in ('STRIPE', 'PAYPAL')`

/** Customers, and objects of payments. */
export const billingSearch: SearchRules = {
  ACCOUNT: [`select account_id from billing_customer where ${AT_PROVIDER} and customer_id = :text`],
  SUBSCRIPTION: [
    'select id from billing_subscription where id = :text',
    `select id from billing_subscription where ${AT_PROVIDER} and external_id = :text`,
  ],
  INVOICE: [
    'select id from invoice where id = :text',
    'select id from invoice where number = :text',
    `select id from invoice where ${AT_PROVIDER} and external_id = :text`,
  ],
  PURCHASE: [
    'select id from purchase where id = :text',
    `select id from purchase where ${AT_PROVIDER} and payment_id = :text`,
    `select id from purchase where ${AT_PROVIDER} and invoice_id = :text`,
  ],
  REFUND: [
    'select id from refund where id = :text',
    `select id from refund where ${AT_PROVIDER} and external_id = :text`,
  ],
  DISPUTE: [
    'select id from dispute where id = :text',
    `select id from dispute where ${AT_PROVIDER} and external_id = :text`,
  ],
  CHECKOUT: [
    'select id from checkout where id = :text',
    `select id from checkout where ${AT_PROVIDER} and session_id = :text`,
  ],
}
