import { ID, Int } from 'type-graphql'
import { field, objectType } from '../kernel/decorators.js'
import { JSONValue } from '../kernel/scalars.js'

/** A shelf of the marketplace. */
@objectType('A shelf of the marketplace.')
export class Category {
  readonly __typename?: 'Category'

  @field('The id of the category.', () => ID)
  id!: string

  @field('The stable name for programs, as `cms`.', () => String)
  code!: string

  @field('The title for people.', () => String)
  title!: string

  @field('Its place among the others; lower comes first.', () => Int)
  priority!: number

  @field('What its source says beyond that; an empty object when nothing.', () => JSONValue)
  metadata!: unknown
}
