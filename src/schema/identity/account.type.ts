import { enumType, field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { SafeInt } from '../kernel/scalars.js'

/** What an account stands for. */
export const AccountKind = enumType('AccountKind', 'What an account stands for.', {
  PERSON: 'One person; made with the first sign-in.',
  TEAM: 'Several people who pay together; opened with `createTeam`.',
  COMMUNITY: 'A community of a parent application, paid for by its admins.',
})
export type AccountKind = keyof typeof AccountKind

/** The party that pays and holds rights. Plan, subscription, entitlements and lists are added by their domains' resolvers. */
@objectType('The party that pays and holds rights. Members act for it.', { implements: Node })
export class Account implements Node {
  readonly __typename!: 'Account'
  id!: string

  @field('What the account stands for.', () => AccountKind)
  kind!: AccountKind

  @field('Its id where it comes from: the `sub` of a person, the id of a team or community.', () => String)
  externalId!: string

  @field('A name for people.', () => String)
  name!: string

  @field(
    'Increases with every change of rights or money; the same number as the sequence of its events.',
    () => SafeInt,
  )
  version!: number
}
