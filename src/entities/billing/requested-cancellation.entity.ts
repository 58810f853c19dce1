import { defineEntity, p } from '@mikro-orm/postgresql'
import { ownerKey } from '../owner-key.js'

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
    accountId: ownerKey,
    requestedAt: p.datetime(),
  },
})
