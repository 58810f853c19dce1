import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { PriceSchema } from '../catalog/price.entity.js'

/** One price on a subscription, with its own period: the provider keeps periods per item. */
export const SubscriptionItemSchema = defineEntity({
  name: 'SubscriptionItem',
  tableName: 'subscription_item',
  properties: {
    id: p.text().primary(),
    accountId: p.text().primary(),
    subscriptionId: p.text(),
    externalId: p.text(),
    priceId: () => p.manyToOne(PriceSchema).mapToPk().fieldName('price_id'),
    quantity: p.integer().default(1),
    currentPeriodEnd: p.datetime().nullable(),
  },
  uniques: [{ name: 'subscription_item_external', properties: ['subscriptionId', 'externalId', 'accountId'] }],
})

export type SubscriptionItemRow = RowOf<typeof SubscriptionItemSchema>
