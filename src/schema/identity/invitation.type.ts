import { connection } from '../kernel/connection.js'
import { enumType, field, objectType, unionType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { Refused } from '../kernel/refused.type.js'
import { DateTime } from '../kernel/scalars.js'
import { QuotaExceeded } from '../entitlements/quota-exceeded.type.js'
import { Account } from './account.type.js'
import { Member, MemberRole } from './member.type.js'

/** What became of an invitation. */
export const InvitationStatus = enumType('InvitationStatus', 'What became of an invitation.', {
  OPEN: 'Its token can be used.',
  ACCEPTED: 'Who was invited is a member.',
  CANCELLED: 'It was taken back.',
  EXPIRED: 'Its time is over; it can be sent again.',
})
export type InvitationStatus = keyof typeof InvitationStatus

/** Somebody was asked into an account by mail. */
@objectType('Somebody who was asked into an account by mail. Only the mail holds the token that accepts it.', {
  implements: Node,
})
export class Invitation implements Node {
  readonly __typename!: 'Invitation'
  id!: string

  @field('The address that it was sent to, in lower case; only who signs in with it can accept.', () => String)
  email!: string

  @field('What the new member will be.', () => MemberRole)
  role!: MemberRole

  @field('What became of it.', () => InvitationStatus)
  status!: InvitationStatus

  @field('When it was made, on the business clock.', () => DateTime)
  createdAt!: Date

  @field('From when on it can no longer be accepted, unless it is sent again.', () => DateTime)
  expiresAt!: Date
}

/** A page of the open invitations of an account. */
export const InvitationConnection = connection('Invitation', 'invitations', () => Invitation)
export type InvitationConnection = InstanceType<typeof InvitationConnection>

/** What a change of an account's people answers. */
export const MemberResult = unionType(
  'MemberResult',
  'The member as they are (or were, when they are gone), the invitation that was sent, or why nothing was changed.',
  () => [Member, Invitation, QuotaExceeded, Refused],
)
export type MemberResult = Member | Invitation | QuotaExceeded | Refused

/** What opening a team answers. */
export const TeamResult = unionType('TeamResult', 'The account of the team, or why there is none.', () => [
  Account,
  Refused,
])
export type TeamResult = Account | Refused
