import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { PriceSchema } from '../catalog/price.entity.js'
import { ProductSchema } from '../catalog/product.entity.js'
import type { SubscriptionStatus } from './subscription-state.js'
import { ownerKey } from '../owner-key.js'

/** A subscription to something that is no plan: a template by the month, or an add-on that was sold by itself. */
export const ProductSubscriptionSchema = defineEntity({
  name: 'ProductSubscription',
  tableName: 'product_subscription',
  properties: {
    id: p.text().primary(),
    accountId: ownerKey,
    provider: p.text().$type<'STRIPE' | 'PAYPAL'>(),
    externalId: p.text(),
    productId: () => p.manyToOne(ProductSchema).mapToPk().fieldName('product_id'),
    packageVersionId: p.text().nullable(),
    priceId: () => p.manyToOne(PriceSchema).mapToPk().fieldName('price_id'),
    quantity: p.integer().default(1),
    status: p.text().$type<SubscriptionStatus>(),
    currentPeriodEnd: p.datetime().nullable(),
    cancelAt: p.datetime().nullable(),
    startedAt: p.datetime(),
    fence: p.bigint('number'),
    recordedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    {
      name: 'product_subscription_status',
      expression: `status in ('TRIALING', 'ACTIVE', 'PAST_DUE', 'UNPAID', 'PAUSED', 'INCOMPLETE', 'INCOMPLETE_EXPIRED', 'CANCELED')`,
    },
  ],
  uniques: [{ name: 'product_subscription_external', properties: ['provider', 'externalId', 'accountId'] }],
  indexes: [{ name: 'product_subscription_account', properties: ['accountId'] }],
})

export type ProductSubscriptionRow = RowOf<typeof ProductSubscriptionSchema>
