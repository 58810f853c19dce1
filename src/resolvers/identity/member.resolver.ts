import { AccountPayload } from '#schema/identity/account.type.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { MemberPayload } from '#schema/identity/member.type.js'
import { DeletePayload } from '#schema/kernel/delete-payload.js'
import { Ctx, Resolver, Root } from 'type-graphql'
import { Account } from '#schema/identity/account.type.js'
import { AcceptInvitationArgs } from '#schema/identity/change-invitation.type.js'
import {
  CreateTeamArgs,
  LeaveAccountArgs,
  RemoveMemberArgs,
  SetMemberRoleArgs,
  TransferOwnershipArgs,
  UpdateAccountArgs,
} from '#schema/identity/change-member.type.js'
import { Member } from '#schema/identity/member.type.js'
import { User } from '#schema/identity/user.type.js'
import { fieldResolver, mutation } from '#schema/kernel/decorators.js'
import { requires } from '#schema/kernel/requires.js'
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
  @mutation('Creates a team account owned by the caller. A user can own one team without a plan.', () => AccountPayload)
  async createTeam(
    @Ctx() context: RequestContext,
    @mutationArgs(() => CreateTeamArgs) input: CreateTeamArgs,
  ): Promise<Account | Denial> {
    const outcome = await createTeam(context, input)
    return outcome.kind === 'team' ? toAccount(outcome.account) : toDenial(context, outcome.denial)
  }

  @mutation('Renames a team.', () => AccountPayload)
  @requires('MEMBERS_MANAGE')
  async updateAccount(
    @Ctx() context: RequestContext,
    @mutationArgs(() => UpdateAccountArgs) input: UpdateAccountArgs,
  ): Promise<Account | Denial> {
    const outcome = await updateAccount(context, input)
    return outcome.kind === 'updated' ? toAccount(outcome.account) : toDenial(context, outcome.denial)
  }

  @mutation(
    "Adds the caller to an account with the token of an invitation. The caller's email address must be the invited one. A repeated call returns the member.",
    () => MemberPayload,
  )
  async acceptInvitation(
    @Ctx() context: RequestContext,
    @mutationArgs(() => AcceptInvitationArgs) input: AcceptInvitationArgs,
  ): Promise<Member | Denial> {
    const outcome = await acceptInvitation(context, input)
    return outcome.kind === 'member' ? toMember(outcome.member) : toDenial(context, outcome.denial)
  }

  @mutation(
    'Changes the role of a member. Only owners can name owners, and the last owner stays one.',
    () => MemberPayload,
  )
  @requires('MEMBERS_MANAGE')
  async setMemberRole(
    @Ctx() context: RequestContext,
    @mutationArgs(() => SetMemberRoleArgs) input: SetMemberRoleArgs,
  ): Promise<Member | Denial> {
    const outcome = await setMemberRole(context, input)
    return outcome.kind === 'member' ? toMember(outcome.member) : toDenial(context, outcome.denial)
  }

  @mutation('Removes a member from an account. The last owner cannot be removed.', () => DeletePayload)
  @requires('MEMBERS_MANAGE')
  async removeMember(
    @Ctx() context: RequestContext,
    @mutationArgs(() => RemoveMemberArgs) input: RemoveMemberArgs,
  ): Promise<DeletePayload | Denial> {
    const outcome = await removeMember(context, input)
    if (outcome.kind === 'denied') return toDenial(context, outcome.denial)
    return { deletedId: outcome.member.id }
  }

  @mutation(
    'Removes the caller from an account. The last owner must transfer the ownership first.',
    () => DeletePayload,
  )
  async leaveAccount(
    @Ctx() context: RequestContext,
    @mutationArgs(() => LeaveAccountArgs) input: LeaveAccountArgs,
  ): Promise<DeletePayload | Denial> {
    const outcome = await leaveAccount(context, input)
    if (outcome.kind === 'denied') return toDenial(context, outcome.denial)
    return { deletedId: outcome.member.id }
  }

  @mutation('Makes another member an owner and the caller an admin, in one step.', () => MemberPayload)
  @requires('MEMBERS_MANAGE')
  async transferOwnership(
    @Ctx() context: RequestContext,
    @mutationArgs(() => TransferOwnershipArgs) input: TransferOwnershipArgs,
  ): Promise<Member | Denial> {
    const outcome = await transferOwnership(context, input)
    return outcome.kind === 'member' ? toMember(outcome.member) : toDenial(context, outcome.denial)
  }
}
