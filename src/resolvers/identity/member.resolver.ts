import { AccountPayload, Account } from '#schema/identity/account.type.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { MemberPayload, Member } from '#schema/identity/member.type.js'
import { DeletePayload } from '#schema/kernel/delete-payload.js'
import { Ctx, Resolver, Root } from 'type-graphql'
import { AcceptInvitationArgs } from '#schema/identity/change-invitation.type.js'
import {
  CreateTeamArgs,
  LeaveAccountArgs,
  RemoveMemberArgs,
  SetMemberRoleArgs,
  TransferOwnershipArgs,
  UpdateAccountArgs,
} from '#schema/identity/change-member.type.js'
import { User } from '#schema/identity/user.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { updateAccount } from '#services/identity/accounts/update-account.js'
import { acceptInvitation } from '#services/identity/members/accept-invitation.js'
import { createTeam } from '#services/identity/members/create-team.js'
import { leaveAccount } from '#services/identity/members/leave-account.js'
import { removeMember } from '#services/identity/members/remove-member.js'
import { setMemberRole } from '#services/identity/members/set-member-role.js'
import { transferOwnership } from '#services/identity/members/transfer-ownership.js'
import type { RequestContext } from '#context/request-context.js'
import { toAccount, toUser } from './account.mapper.js'
import { toMember } from './member.mapper.js'
import { ACCESS, mutation, unlessDenied } from '../kernel/mutation.js'
import { auditedMember } from '#services/identity/audit/identity-audited.js'
import type { Denied } from '#services/kernel/result/denied.js'

@Resolver(() => Member)
export class MemberResolver {
  @fieldResolver('User who is the member.', () => User)
  async user(@Ctx() context: RequestContext, @Root() member: Member): Promise<User> {
    return toUser((await context.loaders.user.load(member.userId))!)
  }

  @fieldResolver('Account of the member. Null if it was deleted.', () => Account, {
    nullable: true,
  })
  async account(@Ctx() context: RequestContext, @Root() member: Member): Promise<Account | null> {
    const row = await context.loaders.account.load(member.accountId)
    return row && toAccount(row)
  }
}

@Resolver()
export class MembershipResolver {
  @mutation('Creates a team account owned by the caller. A user can own one team without a plan.', {
    payload: () => AccountPayload,
    moves: ACCESS,
  })
  createTeam(@Ctx() context: RequestContext, @mutationArgs(() => CreateTeamArgs) input: CreateTeamArgs) {
    return unlessDenied(createTeam(context, input), (outcome) => toAccount(outcome.account))
  }

  @mutation('Renames a team.', {
    payload: () => AccountPayload,
    permission: 'MEMBERS_MANAGE',
    moves: ACCESS,
    repeats: 'The account already has the name, which is neither recorded nor announced again.',
  })
  updateAccount(@Ctx() context: RequestContext, @mutationArgs(() => UpdateAccountArgs) input: UpdateAccountArgs) {
    return unlessDenied(updateAccount(context, input), (outcome) => toAccount(outcome.account))
  }

  @mutation(
    "Adds the caller to an account with the token of an invitation. The caller's email address must be the invited one. A repeated call returns the member.",
    { payload: () => MemberPayload, moves: ACCESS, repeats: 'The token can be used once.' },
  )
  acceptInvitation(
    @Ctx() context: RequestContext,
    @mutationArgs(() => AcceptInvitationArgs) input: AcceptInvitationArgs,
  ) {
    return unlessDenied(acceptInvitation(context, input), (outcome) => toMember(outcome.member))
  }

  @mutation('Changes the role of a member. Only owners can name owners, and the last owner stays one.', {
    payload: () => MemberPayload,
    permission: 'MEMBERS_MANAGE',
    moves: ACCESS,
    repeats: 'The member already has the role, which is neither recorded nor announced again.',
    audited: auditedMember,
  })
  setMemberRole(@Ctx() context: RequestContext, @mutationArgs(() => SetMemberRoleArgs) input: SetMemberRoleArgs) {
    return unlessDenied(setMemberRole(context, input), (outcome) => toMember(outcome.member))
  }

  @mutation('Removes a member from an account. The last owner cannot be removed.', {
    payload: () => DeletePayload,
    permission: 'MEMBERS_MANAGE',
    moves: ACCESS,
    repeats: 'The member is already removed.',
    audited: auditedMember,
  })
  async removeMember(
    @Ctx() context: RequestContext,
    @mutationArgs(() => RemoveMemberArgs) input: RemoveMemberArgs,
  ): Promise<DeletePayload | Denied> {
    const outcome = await removeMember(context, input)
    if (outcome.kind === 'denied') return outcome
    return { deletedId: outcome.member.id }
  }

  @mutation('Removes the caller from an account. The last owner must transfer the ownership first.', {
    payload: () => DeletePayload,
    moves: ACCESS,
    repeats: 'The caller is no longer a member.',
  })
  async leaveAccount(
    @Ctx() context: RequestContext,
    @mutationArgs(() => LeaveAccountArgs) input: LeaveAccountArgs,
  ): Promise<DeletePayload | Denied> {
    const outcome = await leaveAccount(context, input)
    if (outcome.kind === 'denied') return outcome
    return { deletedId: outcome.member.id }
  }

  @mutation('Makes another member an owner and the caller an admin, in one step.', {
    payload: () => MemberPayload,
    permission: 'MEMBERS_MANAGE',
    moves: ACCESS,
    audited: auditedMember,
  })
  transferOwnership(
    @Ctx() context: RequestContext,
    @mutationArgs(() => TransferOwnershipArgs) input: TransferOwnershipArgs,
  ) {
    return unlessDenied(transferOwnership(context, input), (outcome) => toMember(outcome.member))
  }
}
