import { field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'

/** Who publishes templates. */
@objectType('Who publishes templates.', { implements: Node })
export class Vendor implements Node {
  readonly __typename!: 'Vendor'
  id!: string

  @field('The name for people.', () => String)
  name!: string

  @field('Whether the operator has checked who it is.', () => Boolean)
  verified!: boolean

  @field('What they say of themselves; null when nothing.', () => String, { nullable: true })
  description!: string | null

  @field('Their own page; null when they name none.', () => String, { nullable: true })
  website!: string | null
}
