import type { Price } from '../catalog/price.type.js'
import { connection } from '../kernel/connection.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'

/** What a product sells. */
export const ProductType = enumType('ProductType', 'What a product sells.', {
  PLAN: 'A plan.',
  PACKAGE: 'A package.',
  TEMPLATE: 'A template.',
})
export type ProductType = keyof typeof ProductType

/** What is for sale. `prices(currency)`, `vendor`, `owned` and `ownedSince` are added by their resolvers. */
@objectType('What is for sale: a plan, a package or a template, with its prices.', { implements: Node })
export class Product implements Node {
  readonly __typename!: 'Product'
  id!: string

  @field('What it sells.', () => ProductType)
  type!: ProductType

  @field('The code of the plan or package, or the slug of the template.', () => String)
  code!: string

  @field('The name for people.', () => String)
  name!: string

  @field("The template's id, for a template's product; null for the others.", () => String, { nullable: true })
  externalId!: string | null

  /** The prices in every currency. */
  allPrices!: readonly Price[]

  /** Id of the vendor that `vendor` loads; null when the seller is the operator. */
  vendorId!: string | null

  @field('Whether it is on sale now.', () => Boolean)
  active!: boolean
}

/** A page of products. */
export const ProductConnection = connection('Product', 'products', () => Product)
export type ProductConnection = InstanceType<typeof ProductConnection>
