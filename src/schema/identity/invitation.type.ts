import { connection } from '../kernel/connection.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime } from '../kernel/scalars.js'
import { MemberRole } from './member.type.js'

export const InvitationStatus = enumType('InvitationStatus', 'Status of an invitation.', {
  PENDING: 'Waiting to be accepted.',
  ACCEPTED: 'The invited user is a member.',
  CANCELED: 'Canceled by the account.',
  EXPIRED: 'Expired; it can be sent again.',
})
export type InvitationStatus = keyof typeof InvitationStatus

/** An emailed invitation to an account. */
@objectType('An invitation by email. Only the email contains the token.', {
  implements: Node,
})
export class Invitation implements Node {
  readonly __typename!: 'Invitation'
  id!: string

  @field('Email address in lower case. Only a user with this address can accept.', () => String)
  email!: string

  @field('Role of the new member.', () => MemberRole)
  role!: MemberRole

  @field('Status of the invitation.', () => InvitationStatus)
  status!: InvitationStatus

  @field('Creation time (business clock).', () => DateTime)
  createdAt!: Date

  @field('Expiry time. Resending extends it.', () => DateTime)
  expiresAt!: Date
}

/** A page of the open invitations of an account. */
export const InvitationConnection = connection('Invitation', 'invitations', () => Invitation)
export type InvitationConnection = InstanceType<typeof InvitationConnection>
