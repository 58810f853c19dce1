import { field, objectType } from '../kernel/decorators.js'
import { User } from './user.type.js'

/** Who asks. `account` and `accounts` are added by their resolvers. */
@objectType('The signed-in user, as this server sees them.')
export class Viewer {
  readonly __typename!: 'Viewer'

  @field('The user.', () => User)
  user!: User

  /** Id of the current account, which `account` loads; `accounts` follows from the user. */
  accountId!: string

  @field('The roles in the token, as `user`, `vendor` or `admin`.', () => [String])
  roles!: string[]

  @field('What these roles allow, as `object:action`.', () => [String])
  permissions!: string[]
}
