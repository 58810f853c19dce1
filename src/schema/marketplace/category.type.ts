import { Int } from 'type-graphql'
import { field, inputType, objectType, unionType } from '../kernel/decorators.js'
import { IDEMPOTENCY_KEY } from '../kernel/descriptions.js'
import { Node } from '../kernel/node.type.js'
import { Refused } from '../kernel/refused.type.js'
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

@inputType('An import of all categories.')
export class SyncCategoriesInput {
  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

@objectType('Categories after an import.')
export class SyncCategoriesPayload {
  readonly __typename!: 'SyncCategoriesPayload'

  @field('All categories in display order.', () => [Category])
  categories!: Category[]
}

export const SyncCategoriesResult = unionType('SyncCategoriesResult', 'The categories, or a denial.', () => [
  SyncCategoriesPayload,
  Refused,
])
export type SyncCategoriesResult = SyncCategoriesPayload | Refused
