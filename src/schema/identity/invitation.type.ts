import { payload } from '../kernel/payload.js'
import { countedConnection } from '../kernel/connection.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { personal } from '../kernel/personal.js'
import { DateTime, EmailAddress } from '../kernel/scalars.js'
import { MemberRole } from './member.type.js'
export const InvitationStatus = enumType('InvitationStatus', 'Status of an invitation.', {
  PENDING: 'Waiting to be accepted.',
  ACCEPTED: 'The invited user is a member.',
  CANCELED: 'Canceled by the account.',
  EXPIRED: 'Expired; it can be sent again.',
})
export type InvitationStatus = keyof typeof InvitationStatus

/** An emailed invitation to an account. Resolvers add the account and the inviter. */
@objectType('An invitation by email. Only the email contains the token.', {
  implements: Node,
})
export class Invitation implements Node {
  readonly __typename!: 'Invitation'
  id!: string

  /** Id of the account that `account` loads. */
  accountId!: string

  /** Id of the user that `invitedBy` loads. */
  inviterId!: string

  /** True if the reader is the invited person, who sees names only. */
  isOwn!: boolean

  @field('Email address in lower case. Only a user with this address can accept.', () => EmailAddress)
  @personal()
  email!: string

  @field('Role of the new member.', () => MemberRole)
  role!: MemberRole

  @field('Status of the invitation.', () => InvitationStatus)
  status!: InvitationStatus

  @field('Creation time (business clock).', () => DateTime)
  createdAt!: Date

  @field('Expiry time (business clock). Resending extends it.', () => DateTime)
  expiresAt!: Date
}

export const INVITATION_COUNT = 'Total number of invitations that the list selects.'

/** A page of the invitations of an account or of the viewer. */
export const InvitationConnection = countedConnection('Invitation', 'invitations', () => Invitation, INVITATION_COUNT)
export type InvitationConnection = InstanceType<typeof InvitationConnection>

export const InvitationPayload = payload(Invitation)
