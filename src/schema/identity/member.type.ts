import { countedConnection } from '../kernel/connection.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { DateTime } from '../kernel/scalars.js'

/** What a member may do for the account. */
export const MemberRole = enumType('MemberRole', 'What a member may do for the account.', {
  OWNER: 'Everything, including naming other owners.',
  ADMIN: 'Money and members.',
  MEMBER: 'Use what the account holds, and read it.',
})
export type MemberRole = keyof typeof MemberRole

/** A user in an account. `user` is added by its resolver from `userId`. */
@objectType('A user who belongs to an account.')
export class Member {
  readonly __typename!: 'Member'

  /** Id of the user that `user` loads. */
  userId!: string

  @field('What the user may do for the account.', () => MemberRole)
  role!: MemberRole

  @field('When the user joined.', () => DateTime)
  since!: Date
}

/** A page of the members of an account. */
export const MemberConnection = countedConnection('Member', 'members', () => Member)
export type MemberConnection = InstanceType<typeof MemberConnection>
