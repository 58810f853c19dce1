import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { ownerKey } from '../owner-key.js'
import { sqlIndex } from '../sql-index.js'

/**
 * The provider's customer of an account. The row is stored before the provider is called, so that concurrent calls
 * create one customer.
 */
export const BillingCustomerSchema = defineEntity({
  name: 'BillingCustomer',
  tableName: 'billing_customer',
  properties: {
    accountId: ownerKey,
    provider: p.text().$type<'STRIPE' | 'PAYPAL'>().primary(),
    /** Null until the provider has answered. */
    customerId: p.text().nullable(),
    email: p.text(),
    /** First given name of the payer. Null if none was given. */
    name: p.text().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  uniques: [{ name: 'billing_customer_provider_id', properties: ['provider', 'customerId', 'accountId'] }],
  indexes: [sqlIndex('billing_customer_email_prefix', `on "billing_customer" (lower(email) text_pattern_ops)`)],
})

export type BillingCustomerRow = RowOf<typeof BillingCustomerSchema>
