import { defineEntity, p } from '@mikro-orm/postgresql'
import { AccountSchema } from '../identity/account.entity.js'

/**
 * A subscription that we end immediately, recorded before the provider is called. One that ends otherwise, at a
 * provider without period ends, keeps the paid entitlements until the period ends.
 */
export const RequestedCancellationSchema = defineEntity({
  name: 'RequestedCancellation',
  tableName: 'requested_cancellation',
  properties: {
    provider: p.text().$type<'STRIPE' | 'PAYPAL'>().primary(),
    /** The provider's subscription. */
    externalId: p.text().primary(),
    accountId: () => p.manyToOne(AccountSchema).mapToPk().fieldName('account_id'),
    requestedAt: p.datetime(),
  },
})
