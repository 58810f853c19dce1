import { ID } from 'type-graphql'
import { field, objectType } from '../kernel/decorators.js'

/** A role may do something with something. */
@objectType('A permission of a role. Everything without a policy is denied.')
export class Policy {
  readonly __typename?: 'Policy'

  @field('ID of the policy.', () => ID)
  id!: string

  @field('Role of the policy: root, admin, developer, vendor or user.', () => String)
  subject!: string

  @field('A path, where `*` matches one segment, or a resource name such as `billing`.', () => String)
  object!: string

  @field('HTTP method for a path, otherwise a verb such as `read`.', () => String)
  action!: string
}
