import { field, objectType } from '../kernel/decorators.js'
import { User } from './user.type.js'

/** `account` and `accounts` are added by their resolvers. */
@objectType('The signed-in user with accounts and permissions.')
export class Viewer {
  readonly __typename!: 'Viewer'

  @field('The signed-in user.', () => User)
  user!: User

  /** Id of the current account, which `account` loads; `accounts` follows from the user. */
  accountId!: string

  @field('Roles in the token, for example `user`, `vendor` or `admin`.', () => [String])
  roles!: string[]

  @field('Permissions on the current account, as `object:action`.', () => [String])
  permissions!: string[]
}
