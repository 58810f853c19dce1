import { Args, Ctx, ID, Resolver, Root } from 'type-graphql'
import { Account } from '../../schema/identity/account.type.js'
import { InvitationConnection, MemberResult, TeamResult } from '../../schema/identity/invitation.type.js'
import { Member, MemberRole } from '../../schema/identity/member.type.js'
import { User } from '../../schema/identity/user.type.js'
import { arg, fieldResolver, mutation } from '../../schema/kernel/decorators.js'
import { pageArgs, type PageArgs } from '../../schema/kernel/page-args.js'
import { acceptInvitation } from '../../services/identity/members/accept-invitation.js'
import { cancelInvitation, resendInvitation } from '../../services/identity/members/change-invitation.js'
import {
  leaveAccount,
  removeMember,
  setMemberRole,
  transferOwnership,
} from '../../services/identity/members/change-member.js'
import { invitationsOf } from '../../services/identity/members/invitation-queries.js'
import { createTeam } from '../../services/identity/members/create-team.js'
import { inviteMember } from '../../services/identity/members/invite-member.js'
import { pageRequest } from '../../services/kernel/paging/page.js'
import type { RequestContext } from '../../context/request-context.js'
import { Refused } from '../../schema/kernel/refused.type.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toConnection } from '../kernel/page.mapper.js'
import { toAccount, toUser } from './account.mapper.js'
import { toInvitation, toMemberResult } from './member.mapper.js'

const INVITATIONS_PER_PAGE = 50
const InvitationPageArgs = pageArgs(INVITATIONS_PER_PAGE)
const ACCOUNT = "The account, by id or reference; left out, the caller's current one."

@Resolver(() => Member)
export class MemberResolver {
  @fieldResolver('The user.', () => User)
  async user(@Ctx() context: RequestContext, @Root() member: Member): Promise<User> {
    return toUser((await context.loaders.user.load(member.userId))!)
  }
}

@Resolver(() => Account)
export class AccountInvitationsResolver {
  @fieldResolver(
    'Who was invited and has not answered, for owners and admins; nothing for others.',
    () => InvitationConnection,
  )
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
    'Asks somebody into an account by a mail with a token. Answers the invitation; the member comes with `acceptInvitation`.',
    () => MemberResult,
  )
  async inviteMember(
    @Ctx() context: RequestContext,
    @arg('accountId', ACCOUNT, () => ID, { nullable: true }) accountId: string | null,
    @arg('email', 'Whom to ask; only who signs in with this address can accept.', () => String) email: string,
    @arg('role', 'What they will be: an admin or a member.', () => MemberRole) role: MemberRole,
    @arg(
      'idempotencyKey',
      "The caller's own key of this attempt: repeating it gives the first answer again. 1 to 255 printable ASCII characters without spaces.",
      () => String,
      {
        nullable: true,
      },
    )
    idempotencyKey: string | null,
  ): Promise<MemberResult> {
    return toMemberResult(context, await inviteMember(context, { accountId, email, role, idempotencyKey }))
  }

  @mutation(
    'Opens a team: an account of its own, which the caller owns and asks others into. One team without a plan at a time.',
    () => TeamResult,
  )
  async createTeam(
    @Ctx() context: RequestContext,
    @arg('name', 'Its name: a single line of 1 to 100 characters.', () => String) name: string,
    @arg(
      'idempotencyKey',
      "The caller's own key of this attempt: repeating it gives the first answer again. 1 to 255 printable ASCII characters without spaces.",
      () => String,
    )
    idempotencyKey: string,
  ): Promise<TeamResult> {
    const outcome = await createTeam(context, { name, idempotencyKey })
    return outcome.kind === 'team' ? toAccount(outcome.account) : toDenial<Refused>(context, outcome.denial)
  }

  @mutation(
    'Sends an invitation again, with a new token and a new end. The earlier token counts no longer.',
    () => MemberResult,
  )
  async resendInvitation(
    @Ctx() context: RequestContext,
    @arg('id', 'The invitation.', () => ID) id: string,
  ): Promise<MemberResult> {
    return toMemberResult(context, await resendInvitation(context, id))
  }

  @mutation('Takes an invitation back: its token opens nothing any more.', () => MemberResult)
  async cancelInvitation(
    @Ctx() context: RequestContext,
    @arg('id', 'The invitation.', () => ID) id: string,
  ): Promise<MemberResult> {
    return toMemberResult(context, await cancelInvitation(context, id))
  }

  @mutation(
    "Joins an account by the token of an invitation's mail. The caller's address must be the one that it was sent to.",
    () => MemberResult,
  )
  async acceptInvitation(
    @Ctx() context: RequestContext,
    @arg('token', 'The token of the latest mail.', () => String) token: string,
  ): Promise<MemberResult> {
    return toMemberResult(context, await acceptInvitation(context, token))
  }

  @mutation('Gives a member another role. Only owners name owners, and the last one stays one.', () => MemberResult)
  async setMemberRole(
    @Ctx() context: RequestContext,
    @arg('accountId', ACCOUNT, () => ID, { nullable: true }) accountId: string | null,
    @arg('userId', 'The member.', () => ID) userId: string,
    @arg('role', 'What they are from now on.', () => MemberRole) role: MemberRole,
  ): Promise<MemberResult> {
    return toMemberResult(context, await setMemberRole(context, { accountId, userId, role }))
  }

  @mutation('Takes a member out of an account. The last owner cannot be removed.', () => MemberResult)
  async removeMember(
    @Ctx() context: RequestContext,
    @arg('accountId', ACCOUNT, () => ID, { nullable: true }) accountId: string | null,
    @arg('userId', 'The member.', () => ID) userId: string,
  ): Promise<MemberResult> {
    return toMemberResult(context, await removeMember(context, { accountId, userId }))
  }

  @mutation('Leaves an account. Its last owner transfers the ownership first.', () => MemberResult)
  async leaveAccount(
    @Ctx() context: RequestContext,
    @arg('accountId', ACCOUNT, () => ID, { nullable: true }) accountId: string | null,
  ): Promise<MemberResult> {
    return toMemberResult(context, await leaveAccount(context, { accountId }))
  }

  @mutation('Makes another member an owner and the caller an admin, both at once.', () => MemberResult)
  async transferOwnership(
    @Ctx() context: RequestContext,
    @arg('accountId', ACCOUNT, () => ID, { nullable: true }) accountId: string | null,
    @arg('userId', 'Who is to be the owner; a member already.', () => ID) userId: string,
  ): Promise<MemberResult> {
    return toMemberResult(context, await transferOwnership(context, { accountId, userId }))
  }
}
