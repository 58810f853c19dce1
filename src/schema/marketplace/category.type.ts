import { payloadType } from '../kernel/payload.js'
import { keyArgument } from '../kernel/mutation-arguments.js'
import { ArgsType, Int } from 'type-graphql'
import { field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { JSONValue } from '../kernel/scalars.js'

@objectType('A section of the marketplace.', { implements: Node })
export class Category implements Node {
  readonly __typename!: 'Category'
  id!: string

  @field('ID of the category at its source. Null for categories of the catalog.', () => String, { nullable: true })
  externalId!: string | null

  @field('Stable code, for example `cms`.', () => String)
  code!: string

  @field('Display title of the category.', () => String)
  title!: string

  @field('Position among the categories, lowest first.', () => Int)
  priority!: number

  @field('Additional data from the source of the category. Empty if none.', () => JSONValue)
  metadata!: unknown
}

@ArgsType()
export class SyncCategoriesArgs {
  @keyArgument()
  idempotencyKey!: string
}

@payloadType('Categories after an import.')
export class CategoriesPayload {
  @field('All categories in display order.', () => [Category], { nullable: true })
  categories!: Category[] | null
}
