import { field, objectType } from '../kernel/decorators.js'
import { EmailAddress } from '../kernel/scalars.js'
import { Node } from '../kernel/node.type.js'
import { personal } from '../kernel/personal.js'

/** A user who signs in. */
@objectType('A user who signs in. Permissions follow from the roles and accounts of the user.', { implements: Node })
export class User implements Node {
  readonly __typename!: 'User'
  id!: string

  @field("Email address in the user's latest token.", () => EmailAddress)
  @personal()
  email!: string

  @field('Full name of the user. The email address if the token contains none.', () => String)
  @personal()
  name!: string
}
