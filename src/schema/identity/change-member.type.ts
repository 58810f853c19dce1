import { ID } from 'type-graphql'
import { field, inputType, objectType, unionType } from '../kernel/decorators.js'
import { ACCOUNT_ARG, IDEMPOTENCY_KEY } from '../kernel/descriptions.js'
import { Refused } from '../kernel/refused.type.js'
import { Account } from './account.type.js'
import { Member, MemberRole } from './member.type.js'

const MEMBER_USER = "ID of the member's user."
const DELETED_MEMBER = 'ID of the deleted member.'

@inputType('New role of a member.')
export class SetMemberRoleInput {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field(MEMBER_USER, () => ID)
  userId!: string

  @field('New role of the member.', () => MemberRole)
  role!: MemberRole
}

export const SetMemberRoleResult = unionType(
  'SetMemberRoleResult',
  'The member with the new role, or a denial.',
  () => [Member, Refused],
)
export type SetMemberRoleResult = Member | Refused

@inputType('Member to remove.')
export class RemoveMemberInput {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field(MEMBER_USER, () => ID)
  userId!: string
}

/** `account` is added by its resolver. */
@objectType('A member who was removed from an account.')
export class RemoveMemberPayload {
  readonly __typename!: 'RemoveMemberPayload'

  @field(DELETED_MEMBER, () => ID)
  deletedMemberId!: string

  @field('Account that the member belonged to.', () => Account)
  account!: Account
}

export const RemoveMemberResult = unionType('RemoveMemberResult', 'The removed member, or a denial.', () => [
  RemoveMemberPayload,
  Refused,
])
export type RemoveMemberResult = RemoveMemberPayload | Refused

@inputType('Account to leave.')
export class LeaveAccountInput {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null
}

@objectType('An account that the caller left.')
export class LeaveAccountPayload {
  readonly __typename!: 'LeaveAccountPayload'

  @field(DELETED_MEMBER, () => ID)
  deletedMemberId!: string

  @field('ID of the account, which the caller can no longer read.', () => ID)
  accountId!: string
}

export const LeaveAccountResult = unionType('LeaveAccountResult', 'The account that was left, or a denial.', () => [
  LeaveAccountPayload,
  Refused,
])
export type LeaveAccountResult = LeaveAccountPayload | Refused

@inputType('New owner of an account.')
export class TransferOwnershipInput {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field('User of the new owner, who must be a member.', () => ID)
  userId!: string

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

export const TransferOwnershipResult = unionType('TransferOwnershipResult', 'The new owner, or a denial.', () => [
  Member,
  Refused,
])
export type TransferOwnershipResult = Member | Refused

@inputType('Name of a new team.')
export class CreateTeamInput {
  @field('Name of the team, a single line of 1 to 100 characters.', () => String)
  name!: string

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

@inputType('Changes of an account.')
export class UpdateAccountInput {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field('New name of the team, a single line of 1 to 100 characters.', () => String)
  name!: string
}

export const UpdateAccountResult = unionType('UpdateAccountResult', 'The changed account, or a denial.', () => [
  Account,
  Refused,
])
export type UpdateAccountResult = Account | Refused

export const CreateTeamResult = unionType('CreateTeamResult', 'The team account, or a denial.', () => [
  Account,
  Refused,
])
export type CreateTeamResult = Account | Refused
