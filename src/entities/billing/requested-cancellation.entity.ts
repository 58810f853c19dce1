import { defineEntity, p } from '@mikro-orm/postgresql'
import { AccountSchema } from '../identity/account.entity.js'

/**
 * A subscription that we end at once, noted before the provider is told. One that ends otherwise, at a provider that knows no end of a
 * period, keeps what was paid for until that is over.
 */
export const RequestedCancellationSchema = defineEntity({
  name: 'SubscriptionEnding',
  tableName: 'subscription_ending',
  properties: {
    provider: p.text().primary(),
    /** The provider's subscription. */
    externalId: p.text().primary(),
    accountId: () => p.manyToOne(AccountSchema).mapToPk().fieldName('account_id'),
    askedAt: p.datetime(),
  },
})
