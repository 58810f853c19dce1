import { Args, Ctx, ID, Resolver, Root } from 'type-graphql'
import { Account } from '#schema/identity/account.type.js'
import { InvitationConnection, MemberResult, CreateTeamResult } from '#schema/identity/invitation.type.js'
import { Member, MemberRole } from '#schema/identity/member.type.js'
import { User } from '#schema/identity/user.type.js'
import { arg, fieldResolver, mutation } from '#schema/kernel/decorators.js'
import { ACCOUNT_ARG, IDEMPOTENCY_KEY } from '#schema/kernel/descriptions.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { acceptInvitation } from '#services/identity/members/accept-invitation.js'
import { cancelInvitation } from '#services/identity/members/cancel-invitation.js'
import { resendInvitation } from '#services/identity/members/resend-invitation.js'
import { leaveAccount } from '#services/identity/members/leave-account.js'
import { removeMember } from '#services/identity/members/remove-member.js'
import { setMemberRole } from '#services/identity/members/set-member-role.js'
import { transferOwnership } from '#services/identity/members/transfer-ownership.js'
import { invitationsOf } from '#services/identity/members/invitation-queries.js'
import { createTeam } from '#services/identity/members/create-team.js'
import { inviteMember } from '#services/identity/members/invite-member.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import type { RequestContext } from '#context/request-context.js'
import { Refused } from '#schema/kernel/refused.type.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toConnection } from '../kernel/page.mapper.js'
import { toAccount, toUser } from './account.mapper.js'
import { toInvitation, toMemberResult } from './member.mapper.js'

const INVITATIONS_PER_PAGE = 50
const InvitationPageArgs = pageArgs(INVITATIONS_PER_PAGE)

@Resolver(() => Member)
export class MemberResolver {
  @fieldResolver('User who is the member.', () => User)
  async user(@Ctx() context: RequestContext, @Root() member: Member): Promise<User> {
    return toUser((await context.loaders.user.load(member.userId))!)
  }
}

@Resolver(() => Account)
export class AccountInvitationsResolver {
  @fieldResolver('Pending invitations. Empty for callers who are not owner or admin.', () => InvitationConnection)
  async invitations(
    @Ctx() context: RequestContext,
    @Root() account: Account,
    @Args(() => InvitationPageArgs) args: PageArgs,
  ): Promise<InvitationConnection> {
    const page = await invitationsOf(context, account.id, pageRequest(args, INVITATIONS_PER_PAGE))
    const now = context.clock.now()
    return toConnection(
      page,
      page.items.map((row) => toInvitation(row, now)),
    )
  }
}

@Resolver()
export class MembershipResolver {
  @mutation(
    'Invites a user by email. Returns the invitation; the member is added by `acceptInvitation`.',
    () => MemberResult,
  )
  async inviteMember(
    @Ctx() context: RequestContext,
    @arg('accountId', ACCOUNT_ARG, () => ID, { nullable: true }) accountId: string | null,
    @arg('email', 'Email address to invite. Only a user with this address can accept.', () => String) email: string,
    @arg('role', 'Role of the new member: ADMIN or MEMBER.', () => MemberRole) role: MemberRole,
    @arg('idempotencyKey', IDEMPOTENCY_KEY, () => String, {
      nullable: true,
    })
    idempotencyKey: string | null,
  ): Promise<MemberResult> {
    return toMemberResult(context, await inviteMember(context, { accountId, email, role, idempotencyKey }))
  }

  @mutation(
    'Creates a team account owned by the caller. A user can own one team without a plan.',
    () => CreateTeamResult,
  )
  async createTeam(
    @Ctx() context: RequestContext,
    @arg('name', 'Name of the team: a single line of 1–100 characters.', () => String) name: string,
    @arg('idempotencyKey', IDEMPOTENCY_KEY, () => String)
    idempotencyKey: string,
  ): Promise<CreateTeamResult> {
    const outcome = await createTeam(context, { name, idempotencyKey })
    return outcome.kind === 'team' ? toAccount(outcome.account) : toDenial<Refused>(context, outcome.denial)
  }

  @mutation(
    'Sends an invitation again with a new token and expiry time. The earlier token becomes invalid.',
    () => MemberResult,
  )
  async resendInvitation(
    @Ctx() context: RequestContext,
    @arg('id', 'ID of the invitation.', () => ID) id: string,
  ): Promise<MemberResult> {
    return toMemberResult(context, await resendInvitation(context, id))
  }

  @mutation('Cancels an invitation. Its token becomes invalid.', () => MemberResult)
  async cancelInvitation(
    @Ctx() context: RequestContext,
    @arg('id', 'ID of the invitation.', () => ID) id: string,
  ): Promise<MemberResult> {
    return toMemberResult(context, await cancelInvitation(context, id))
  }

  @mutation(
    "Adds the caller to an account with the token of an invitation. The caller's email address must be the invited one.",
    () => MemberResult,
  )
  async acceptInvitation(
    @Ctx() context: RequestContext,
    @arg('token', 'Token of the latest invitation email.', () => String) token: string,
  ): Promise<MemberResult> {
    return toMemberResult(context, await acceptInvitation(context, token))
  }

  @mutation(
    'Changes the role of a member. Only owners can name owners, and the last owner stays one.',
    () => MemberResult,
  )
  async setMemberRole(
    @Ctx() context: RequestContext,
    @arg('accountId', ACCOUNT_ARG, () => ID, { nullable: true }) accountId: string | null,
    @arg('userId', "ID of the member's user.", () => ID) userId: string,
    @arg('role', 'New role of the member.', () => MemberRole) role: MemberRole,
  ): Promise<MemberResult> {
    return toMemberResult(context, await setMemberRole(context, { accountId, userId, role }))
  }

  @mutation('Removes a member from an account. The last owner cannot be removed.', () => MemberResult)
  async removeMember(
    @Ctx() context: RequestContext,
    @arg('accountId', ACCOUNT_ARG, () => ID, { nullable: true }) accountId: string | null,
    @arg('userId', "ID of the member's user.", () => ID) userId: string,
  ): Promise<MemberResult> {
    return toMemberResult(context, await removeMember(context, { accountId, userId }))
  }

  @mutation('Removes the caller from an account. The last owner must transfer the ownership first.', () => MemberResult)
  async leaveAccount(
    @Ctx() context: RequestContext,
    @arg('accountId', ACCOUNT_ARG, () => ID, { nullable: true }) accountId: string | null,
  ): Promise<MemberResult> {
    return toMemberResult(context, await leaveAccount(context, { accountId }))
  }

  @mutation('Makes another member an owner and the caller an admin, in one step.', () => MemberResult)
  async transferOwnership(
    @Ctx() context: RequestContext,
    @arg('accountId', ACCOUNT_ARG, () => ID, { nullable: true }) accountId: string | null,
    @arg('userId', 'New owner; must be a member.', () => ID) userId: string,
  ): Promise<MemberResult> {
    return toMemberResult(context, await transferOwnership(context, { accountId, userId }))
  }
}
