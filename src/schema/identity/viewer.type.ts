import { enumType, field, objectType } from '../kernel/decorators.js'
import { User } from './user.type.js'

export const Role = enumType('Role', 'Role of a token in the installation.', {
  USER: 'A customer of this installation.',
  VENDOR: 'Publishes templates in the marketplace.',
  DEVELOPER: 'Publishes templates as a member of the business.',
  ADMIN: 'An operator of this installation.',
  ROOT: 'An operator who can also delete published templates and change policies.',
})
export type Role = keyof typeof Role

/** `account` and `accounts` are added by their resolvers. */
@objectType('The signed-in user with accounts and permissions.')
export class Viewer {
  readonly __typename!: 'Viewer'

  @field('The signed-in user.', () => User)
  user!: User

  /** Id of the current account, which `account` loads; `accounts` follows from the user. */
  accountId!: string

  @field('Roles of the token. Permissions on an account are in `Account.viewerCan`.', () => [Role])
  roles!: Role[]
}
