import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import type { BillingInterval } from '../kernel/billing-interval.js'
import { ProductSchema } from './product.entity.js'

/** Integer minor units, currency and interval. Never edited: another amount is another price, and the old one is deactivated. */
export const PriceSchema = defineEntity({
  name: 'Price',
  tableName: 'price',
  properties: {
    id: p.text().primary(),
    productId: () => p.manyToOne(ProductSchema).mapToPk().fieldName('product_id'),
    currency: p.text(),
    amountMinor: p.bigint('number'),
    interval: p.text().$type<BillingInterval>(),
    trialDays: p.integer().default(0),
    per: p.text().nullable(),
    active: p.boolean().default(true),
    /** The price of one account, which is never for sale to others. */
    negotiated: p.boolean().default(false),
    /** Version of the plan with terms of one account, for a negotiated price that is sold with them. Null: the version on sale. */
    planVersionId: p.text().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    {
      name: 'price_interval',
      expression: `"interval" ~ '^(ONE_TIME|DAY|WEEK|MONTH|QUARTER|YEAR|[1-9][0-9]*_(DAY|WEEK|MONTH|YEAR)S)$'`,
    },
    { name: 'price_amount', expression: 'amount_minor >= 0' },
  ],
  indexes: [{ name: 'price_product', properties: ['productId'] }],
})

export type PriceRow = RowOf<typeof PriceSchema>
