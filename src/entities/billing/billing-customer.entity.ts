import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { AccountSchema } from '../identity/account.entity.js'

/** The provider's customer for an account. The row stands before the provider is asked, so that calls which race make one customer. */
export const BillingCustomerSchema = defineEntity({
  name: 'BillingCustomer',
  tableName: 'billing_customer',
  properties: {
    accountId: () => p.manyToOne(AccountSchema).mapToPk().fieldName('account_id').primary(),
    provider: p.text().primary(),
    /** Null until the provider has answered. */
    customerId: p.text().nullable(),
    email: p.text(),
    /** The payer's name as first given; null when none was. */
    name: p.text().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  uniques: [{ name: 'billing_customer_provider_id', properties: ['provider', 'customerId'] }],
})

export type BillingCustomerRow = RowOf<typeof BillingCustomerSchema>
