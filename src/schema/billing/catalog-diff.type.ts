import { Price } from '../catalog/price.type.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { Product } from '../catalog/product.type.js'

export const CatalogDifferenceKind = enumType(
  'CatalogDifferenceKind',
  'Kind of a difference between the catalog and a payment provider.',
  {
    MISSING_PRODUCT: 'The provider does not have the product.',
    EXTRA_PRODUCT: 'The provider sells a product under a key of this business that is in no catalog. A push leaves it.',
    DIFFERENT_NAME: 'The product has another name at the provider.',
    PRODUCT_ARCHIVED: 'The product is sold here and archived at the provider.',
    PRODUCT_NOT_ARCHIVED: 'The product is no longer sold here and not archived at the provider.',
    MISSING_PRICE: 'The provider does not have the price.',
    EXTRA_PRICE: 'The provider sells at a price that is not in the catalog.',
    DIFFERENT_PRICE: 'The provider sells at another amount.',
    DIFFERENT_TAXES: 'The catalog and the provider say differently whether the price contains its taxes.',
    PRICE_ARCHIVED: 'The price is archived at the provider.',
    UNLINKED_PRICE: 'The price exists at the provider, and its ID is not recorded here.',
    MISSING_METER: 'The provider does not have the meter of a metered feature.',
  },
)
export type CatalogDifferenceKind = keyof typeof CatalogDifferenceKind

@objectType('One difference between the catalog and a payment provider.')
export class CatalogDifference {
  readonly __typename!: 'CatalogDifference'

  @field('Kind of the difference.', () => CatalogDifferenceKind)
  kind!: CatalogDifferenceKind

  @field("Key of the provider's object, for example `try-direct:plan:plus`.", () => String)
  key!: string

  @field('Product of the catalog. Null for meters and for products in no catalog.', () => Product, { nullable: true })
  product!: Product | null

  @field('Name in the catalog. Null for prices, and if it is in no catalog.', () => String, { nullable: true })
  name!: string | null

  @field('Name at the provider. Null for prices, and if the provider does not have it.', () => String, {
    nullable: true,
  })
  providerName!: string | null

  @field('Price in the catalog. Null if the difference is not about a price, or if it is in no catalog.', () => Price, {
    nullable: true,
  })
  price!: Price | null

  @field(
    'Amount at the provider. Null if the difference is not about a price, or if the provider has none.',
    () => Money,
    {
      nullable: true,
    },
  )
  providerMoney!: Money | null

  @field('ID at the provider. Null if the provider does not have it.', () => String, { nullable: true })
  providerReference!: string | null

  @field('Step of a push that ends the difference.', () => String)
  description!: string
}
