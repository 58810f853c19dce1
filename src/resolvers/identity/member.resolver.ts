import { Ctx, Resolver, Root } from 'type-graphql'
import { Account } from '#schema/identity/account.type.js'
import { AcceptInvitationInput, AcceptInvitationResult } from '#schema/identity/change-invitation.type.js'
import {
  CreateTeamInput,
  CreateTeamResult,
  LeaveAccountInput,
  LeaveAccountResult,
  RemoveMemberInput,
  RemoveMemberResult,
  SetMemberRoleInput,
  SetMemberRoleResult,
  TransferOwnershipInput,
  TransferOwnershipResult,
  UpdateAccountInput,
  UpdateAccountResult,
} from '#schema/identity/change-member.type.js'
import { Member } from '#schema/identity/member.type.js'
import { User } from '#schema/identity/user.type.js'
import { arg, fieldResolver, mutation } from '#schema/kernel/decorators.js'
import { updateAccount } from '#services/identity/accounts/update-account.js'
import { acceptInvitation } from '#services/identity/members/accept-invitation.js'
import { createTeam } from '#services/identity/members/create-team.js'
import { leaveAccount } from '#services/identity/members/leave-account.js'
import { removeMember } from '#services/identity/members/remove-member.js'
import { setMemberRole } from '#services/identity/members/set-member-role.js'
import { transferOwnership } from '#services/identity/members/transfer-ownership.js'
import type { RequestContext } from '#context/request-context.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toAccount, toUser } from './account.mapper.js'
import { toMember } from './member.mapper.js'

@Resolver(() => Member)
export class MemberResolver {
  @fieldResolver('User who is the member.', () => User)
  async user(@Ctx() context: RequestContext, @Root() member: Member): Promise<User> {
    return toUser((await context.loaders.user.load(member.userId))!)
  }

  @fieldResolver('Account that the user belongs to.', () => Account)
  async account(@Ctx() context: RequestContext, @Root() member: Member): Promise<Account> {
    return toAccount((await context.loaders.account.load(member.accountId))!)
  }
}

@Resolver()
export class MembershipResolver {
  @mutation(
    'Creates a team account owned by the caller. A user can own one team without a plan.',
    () => CreateTeamResult,
  )
  async createTeam(
    @Ctx() context: RequestContext,
    @arg('input', 'Name of the team.', () => CreateTeamInput) input: CreateTeamInput,
  ): Promise<CreateTeamResult> {
    const outcome = await createTeam(context, input)
    return outcome.kind === 'team' ? toAccount(outcome.account) : toDenial(context, outcome.denial)
  }

  @mutation('Renames a team. Requires its owner or an admin.', () => UpdateAccountResult)
  async updateAccount(
    @Ctx() context: RequestContext,
    @arg('input', 'Changes of the account.', () => UpdateAccountInput) input: UpdateAccountInput,
  ): Promise<UpdateAccountResult> {
    const outcome = await updateAccount(context, input)
    return outcome.kind === 'updated' ? toAccount(outcome.account) : toDenial(context, outcome.denial)
  }

  @mutation(
    "Adds the caller to an account with the token of an invitation. The caller's email address must be the invited one. A repeated call returns the member.",
    () => AcceptInvitationResult,
  )
  async acceptInvitation(
    @Ctx() context: RequestContext,
    @arg('input', 'Token of the latest invitation email.', () => AcceptInvitationInput) input: AcceptInvitationInput,
  ): Promise<AcceptInvitationResult> {
    const outcome = await acceptInvitation(context, input)
    return outcome.kind === 'member' ? toMember(outcome.member) : toDenial(context, outcome.denial)
  }

  @mutation(
    'Changes the role of a member. Only owners can name owners, and the last owner stays one.',
    () => SetMemberRoleResult,
  )
  async setMemberRole(
    @Ctx() context: RequestContext,
    @arg('input', 'Member and new role.', () => SetMemberRoleInput) input: SetMemberRoleInput,
  ): Promise<SetMemberRoleResult> {
    const outcome = await setMemberRole(context, input)
    return outcome.kind === 'member' ? toMember(outcome.member) : toDenial(context, outcome.denial)
  }

  @mutation('Removes a member from an account. The last owner cannot be removed.', () => RemoveMemberResult)
  async removeMember(
    @Ctx() context: RequestContext,
    @arg('input', 'Member to remove.', () => RemoveMemberInput) input: RemoveMemberInput,
  ): Promise<RemoveMemberResult> {
    const outcome = await removeMember(context, input)
    if (outcome.kind === 'denied') return toDenial(context, outcome.denial)
    const { id, accountId } = outcome.member
    const account = toAccount((await context.loaders.account.clear(accountId).load(accountId))!)
    return { __typename: 'RemoveMemberPayload', deletedMemberId: id, account }
  }

  @mutation(
    'Removes the caller from an account. The last owner must transfer the ownership first.',
    () => LeaveAccountResult,
  )
  async leaveAccount(
    @Ctx() context: RequestContext,
    @arg('input', 'Account to leave.', () => LeaveAccountInput) input: LeaveAccountInput,
  ): Promise<LeaveAccountResult> {
    const outcome = await leaveAccount(context, input)
    if (outcome.kind === 'denied') return toDenial(context, outcome.denial)
    const { id, accountId } = outcome.member
    return { __typename: 'LeaveAccountPayload', deletedMemberId: id, accountId }
  }

  @mutation('Makes another member an owner and the caller an admin, in one step.', () => TransferOwnershipResult)
  async transferOwnership(
    @Ctx() context: RequestContext,
    @arg('input', 'New owner of the account.', () => TransferOwnershipInput) input: TransferOwnershipInput,
  ): Promise<TransferOwnershipResult> {
    const outcome = await transferOwnership(context, input)
    return outcome.kind === 'member' ? toMember(outcome.member) : toDenial(context, outcome.denial)
  }
}
