import { ID } from 'type-graphql'
import { QuotaExceeded } from '../entitlements/quota-exceeded.type.js'
import { field, inputType, unionType } from '../kernel/decorators.js'
import { ACCOUNT_ARG, IDEMPOTENCY_KEY } from '../kernel/descriptions.js'
import { Refused } from '../kernel/refused.type.js'
import { Invitation } from './invitation.type.js'
import { Member, MemberRole } from './member.type.js'

const INVITATION_ID = 'ID of the invitation.'

@inputType('Person to invite.')
export class InviteMemberInput {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field('Email address to invite. Only a user with this address can accept.', () => String)
  email!: string

  @field('Role of the new member: ADMIN or MEMBER.', () => MemberRole)
  role!: MemberRole

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

export const InviteMemberResult = unionType('InviteMemberResult', 'The invitation that was sent, or a denial.', () => [
  Invitation,
  QuotaExceeded,
  Refused,
])
export type InviteMemberResult = Invitation | QuotaExceeded | Refused

@inputType('Invitation to send again.')
export class ResendInvitationInput {
  @field(INVITATION_ID, () => ID)
  invitationId!: string

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

export const ResendInvitationResult = unionType(
  'ResendInvitationResult',
  'The invitation that was sent again, or a denial.',
  () => [Invitation, QuotaExceeded, Refused],
)
export type ResendInvitationResult = Invitation | QuotaExceeded | Refused

@inputType('Invitation to cancel.')
export class CancelInvitationInput {
  @field(INVITATION_ID, () => ID)
  invitationId!: string
}

export const CancelInvitationResult = unionType(
  'CancelInvitationResult',
  'The canceled invitation, or a denial.',
  () => [Invitation, Refused],
)
export type CancelInvitationResult = Invitation | Refused

@inputType('Invitation to accept.')
export class AcceptInvitationInput {
  @field('Token from the invitation email.', () => String)
  token!: string
}

export const AcceptInvitationResult = unionType(
  'AcceptInvitationResult',
  'The caller as a member of the account, or a denial.',
  () => [Member, QuotaExceeded, Refused],
)
export type AcceptInvitationResult = Member | QuotaExceeded | Refused
