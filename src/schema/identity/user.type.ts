import { field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'

/** A person who signs in. */
@objectType('A person who signs in. What a user may do follows from the accounts they belong to.', { implements: Node })
export class User implements Node {
  readonly __typename!: 'User'
  id!: string

  @field('The email address of the last token seen.', () => String)
  email!: string

  @field('The full name; null when the token carries none.', () => String, { nullable: true })
  name!: string | null
}
