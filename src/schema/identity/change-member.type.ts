import { keyArgument } from '../kernel/mutation-arguments.js'
import { ArgsType, ID } from 'type-graphql'
import { field } from '../kernel/decorators.js'
import { ACCOUNT_ARG } from '../kernel/descriptions.js'
import { MemberRole } from './member.type.js'

const MEMBER_USER = "ID of the member's user."
@ArgsType()
export class SetMemberRoleArgs {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field(MEMBER_USER, () => ID)
  userId!: string

  @field('New role of the member.', () => MemberRole)
  role!: MemberRole
}

@ArgsType()
export class RemoveMemberArgs {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field(MEMBER_USER, () => ID)
  userId!: string
}

@ArgsType()
export class LeaveAccountArgs {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null
}

@ArgsType()
export class TransferOwnershipArgs {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field('User of the new owner, who must be a member.', () => ID)
  userId!: string

  @keyArgument()
  idempotencyKey!: string
}

@ArgsType()
export class CreateTeamArgs {
  @field('Name of the team, a single line of 1 to 100 characters.', () => String)
  name!: string

  @keyArgument()
  idempotencyKey!: string
}

@ArgsType()
export class UpdateAccountArgs {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field('New name of the team, a single line of 1 to 100 characters.', () => String)
  name!: string
}
