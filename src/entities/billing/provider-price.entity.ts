import { defineEntity, p } from '@mikro-orm/postgresql'
import { PriceSchema } from '../catalog/price.entity.js'

/** A price of ours at the provider. Entitlements are mapped by this, never by metadata. */
export const ProviderPriceSchema = defineEntity({
  name: 'ProviderPrice',
  tableName: 'provider_price',
  properties: {
    provider: p.text().$type<'STRIPE' | 'PAYPAL'>().primary(),
    priceId: () => p.manyToOne(PriceSchema).mapToPk().fieldName('price_id').primary(),
    externalId: p.text(),
    externalProductId: p.text(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  uniques: [{ name: 'provider_price_external', properties: ['provider', 'externalId'] }],
})
