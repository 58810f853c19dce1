import { ID } from 'type-graphql'
import type { Price } from './price.type.js'
import { countedConnection } from '../kernel/connection.js'
import { enumType, field, objectType, oneOfInputType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'

export const ProductType = enumType('ProductType', 'Kind of a product.', {
  PLAN: 'Product that sells a plan.',
  PACKAGE: 'Product that sells a package.',
  TEMPLATE: 'Product that sells a template.',
})
export type ProductType = keyof typeof ProductType

/** `prices(currency)`, `vendor`, `owned` and `ownedSince` are added by their resolvers. */
@objectType('A product for sale: a plan, package or template, with its prices.', { implements: Node })
export class Product implements Node {
  readonly __typename!: 'Product'
  id!: string

  @field('Kind of the product.', () => ProductType)
  type!: ProductType

  @field('Code of the plan or package, or slug of the template.', () => String)
  code!: string

  @field('Display name of the product.', () => String)
  name!: string

  @field('ID of the template. Null for plans and packages.', () => String, { nullable: true })
  externalId!: string | null

  /** The prices in every currency. */
  allPrices!: readonly Price[]

  /** ID of the vendor that `vendor` loads. Null if the operator is the seller. */
  vendorId!: string | null

  @field('Whether it is for sale now.', () => Boolean)
  active!: boolean
}

@oneOfInputType('ID or code of a product, or ID of what it sells.')
export class ProductBy {
  @field('ID of the product.', () => ID, { nullable: true })
  id?: string | null

  @field('Code of the product. Of several, the plan, then the package.', () => String, { nullable: true })
  code?: string | null

  @field('ID of the template that the product sells.', () => String, { nullable: true })
  externalId?: string | null
}

export const PRODUCT_COUNT = 'Total number of matching products.'

/** A page of products. */
export const ProductConnection = countedConnection('Product', 'products', () => Product, PRODUCT_COUNT)
export type ProductConnection = InstanceType<typeof ProductConnection>
