import { ID, Int } from 'type-graphql'
import { field, objectType } from '../kernel/decorators.js'
import { JSONValue } from '../kernel/scalars.js'

@objectType('A section of the marketplace.')
export class Category {
  readonly __typename?: 'Category'

  @field('ID of the category.', () => ID)
  id!: string

  @field('Stable code, for example `cms`.', () => String)
  code!: string

  @field('Display title of the category.', () => String)
  title!: string

  @field('Position among the categories, lowest first.', () => Int)
  priority!: number

  @field('Additional data from the source of the category. Empty if none.', () => JSONValue)
  metadata!: unknown
}
