import { ID } from 'type-graphql'
import { field, objectType } from '../kernel/decorators.js'

/** A role may do something with something. */
@objectType('A role may do something with something; what no policy says is not allowed.')
export class Policy {
  readonly __typename?: 'Policy'

  @field('The id, to remove it by.', () => ID)
  id!: string

  @field('The role: root, admin, developer, vendor or user.', () => String)
  subject!: string

  @field('A path, where `*` stands for one part of it, or something of the house, as `billing`.', () => String)
  object!: string

  @field('An HTTP method for a path, else a word such as `read`.', () => String)
  action!: string
}
