import { argument, keyArgument } from '../kernel/mutation-arguments.js'
import { ArgsType, ID } from 'type-graphql'
import { field, inputType } from '../kernel/decorators.js'
import { ACCOUNT_ARG } from '../kernel/descriptions.js'
import { MemberRole } from './member.type.js'

const INVITATION_ID = 'ID of the invitation.'

@ArgsType()
export class InviteMemberArgs {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field('Email address to invite. Only a user with this address can accept.', () => String)
  email!: string

  @field('Role of the new member: ADMIN or MEMBER.', () => MemberRole)
  role!: MemberRole

  @keyArgument()
  idempotencyKey!: string
}

@inputType('Person to invite together with others.')
export class InvitationInput {
  @field('Email address to invite. Only a user with this address can accept.', () => String)
  email!: string

  @field('Role of the new member: ADMIN or MEMBER.', () => MemberRole)
  role!: MemberRole
}

@ArgsType()
export class InviteMembersArgs {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field('People to invite, 1–50.', () => [InvitationInput])
  invitations!: readonly InvitationInput[]

  @keyArgument()
  idempotencyKey!: string
}

@ArgsType()
export class ResendInvitationArgs {
  @argument('id', INVITATION_ID, () => ID)
  invitationId!: string

  @keyArgument()
  idempotencyKey!: string
}

@ArgsType()
export class CancelInvitationArgs {
  @argument('id', INVITATION_ID, () => ID)
  invitationId!: string
}

@ArgsType()
export class AcceptInvitationArgs {
  @field('Token from the invitation email.', () => String)
  token!: string
}
