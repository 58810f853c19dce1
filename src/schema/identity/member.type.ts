import { payload } from '../kernel/payload.js'
import { countedConnection } from '../kernel/connection.js'
import { enumType, field, inputType, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime } from '../kernel/scalars.js'

export const MemberRole = enumType('MemberRole', 'Role of a member.', {
  OWNER: 'Can do everything, including naming other owners.',
  ADMIN: 'Manages billing and members, except owners.',
  MEMBER: 'Can use and read the account.',
})
export type MemberRole = keyof typeof MemberRole

/** A user in an account. Resolvers add `user` and `account`. */
@objectType('A user who belongs to an account.', { implements: Node })
export class Member implements Node {
  readonly __typename!: 'Member'
  id!: string

  /** Id of the account that `account` loads. */
  accountId!: string

  /** Id of the user that `user` loads. */
  userId!: string

  @field('Role of the member.', () => MemberRole)
  role!: MemberRole

  @field('Time the user joined (business clock).', () => DateTime)
  createdAt!: Date
}

@inputType('Members to return.')
export class MemberFilter {
  @field('Roles of the members. Default: all.', () => [MemberRole], { nullable: true })
  roles?: readonly MemberRole[] | null

  @field(
    'Part of the name or of the email address of the user, at most 255 characters. Default: no filter.',
    () => String,
    { nullable: true },
  )
  search?: string | null

  @field('Code of a feature of `seats`: only members without a seat of it. Default: no filter.', () => String, {
    nullable: true,
  })
  withoutSeat?: string | null
}

export const MEMBER_COUNT = 'Total number of members that match the filter.'

/** A page of the members of an account. */
export const MemberConnection = countedConnection('Member', 'members', () => Member, MEMBER_COUNT)
export type MemberConnection = InstanceType<typeof MemberConnection>

export const MemberPayload = payload(Member)
