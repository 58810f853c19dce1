import { ArgsType } from 'type-graphql'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { payload } from '../kernel/payload.js'
import { User } from './user.type.js'

export const Role = enumType('Role', 'Role of a token in the installation.', {
  USER: 'A customer of this installation.',
  VENDOR: 'Publishes templates in the marketplace.',
  DEVELOPER: 'Publishes templates as a member of the business.',
  ADMIN: 'An operator of this installation.',
  ROOT: 'An operator who can also delete published templates and change policies.',
})
export type Role = keyof typeof Role

export const Language = enumType('Language', 'Language of mails and of pages for customers.', {
  EN: 'English.',
  DE: 'German.',
  ES: 'Spanish.',
})
export type Language = keyof typeof Language

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

  @field(
    'Language that the user chose for mails and pages. Null: pages are in that of the browser, mails in that of the account.',
    () => Language,
    { nullable: true },
  )
  language!: Language | null
}

export const ViewerPayload = payload(Viewer)

@ArgsType()
export class SetLanguageArgs {
  @field('Language of mails and pages. Null: no choice.', () => Language, { nullable: true })
  language?: Language | null
}
