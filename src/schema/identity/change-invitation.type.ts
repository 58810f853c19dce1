import { ID } from 'type-graphql'
import { QuotaExceeded } from '../entitlements/quota-exceeded.type.js'
import type { AnyDenial } from '../any-denial.js'
import { field, inputType, objectType, unionType } from '../kernel/decorators.js'
import { EmailAddress } from '../kernel/scalars.js'
import { Denial } from '../kernel/denial.type.js'
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

@inputType('Person to invite together with others.')
export class InvitationInput {
  @field('Email address to invite. Only a user with this address can accept.', () => String)
  email!: string

  @field('Role of the new member: ADMIN or MEMBER.', () => MemberRole)
  role!: MemberRole
}

@inputType('People to invite.')
export class InviteMembersInput {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field('People to invite, 1–50.', () => [InvitationInput])
  invitations!: readonly InvitationInput[]

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

@objectType('Result of `inviteMembers` for one person: an invitation or a denial.')
export class PersonInvitation {
  readonly __typename!: 'PersonInvitation'

  @field('Email address as named in the input.', () => EmailAddress)
  email!: string

  @field('The invitation. Null if it was denied.', () => Invitation, { nullable: true })
  invitation!: Invitation | null

  @field('Reason for the denial. Null if the person was invited.', () => Denial, { nullable: true })
  denial!: AnyDenial | null
}

@objectType('Results of `inviteMembers`.')
export class InviteMembersPayload {
  readonly __typename!: 'InviteMembersPayload'

  @field('One result per person, in the order of the input.', () => [PersonInvitation])
  results!: readonly PersonInvitation[]
}

export const InviteMembersResult = unionType(
  'InviteMembersResult',
  'One result per person, or a denial of the whole input.',
  () => [InviteMembersPayload, Refused],
)
export type InviteMembersResult = InviteMembersPayload | Refused

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
