import { defineEntity, p } from '@mikro-orm/postgresql'
import { ownerKey } from '../owner-key.js'

/** A provider's customer that an import linked to an account. Another system created it. */
export const AdoptedCustomerSchema = defineEntity({
  name: 'AdoptedCustomer',
  tableName: 'adopted_customer',
  properties: {
    accountId: ownerKey,
    provider: p.text().$type<'STRIPE' | 'PAYPAL'>().primary(),
    customerId: p.text(),
    /** Business time. What the provider did until then is history: it causes no refund, no mail and no webhook. */
    adoptedAt: p.datetime(),
  },
})
