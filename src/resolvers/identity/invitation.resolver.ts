import { AccountAccess } from '#schema/identity/account-groups.type.js'
import { toDenials, toDenial } from '../kernel/denial.mapper.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import {
  InvitationPayload,
  Invitation,
  INVITATION_COUNT,
  InvitationConnection,
  InvitationStatus,
} from '#schema/identity/invitation.type.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { Args, ArgsType, Ctx, Resolver, Root } from 'type-graphql'
import { Account } from '#schema/identity/account.type.js'
import {
  CancelInvitationArgs,
  InviteMemberArgs,
  InviteMembersArgs,
  ResendInvitationArgs,
} from '#schema/identity/change-invitation.type.js'
import { User } from '#schema/identity/user.type.js'
import { Viewer } from '#schema/identity/viewer.type.js'
import { arg, field, fieldResolver, query } from '#schema/kernel/decorators.js'
import { personal } from '#schema/kernel/personal.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { cancelInvitation } from '#services/identity/members/cancel-invitation.js'
import { invitation, invitationsForViewer } from '#services/identity/members/invitation.js'
import { invitationsOf } from '#services/identity/members/invitation-queries.js'
import { inviteMembers } from '#services/identity/members/invite-members.js'
import { inviteMember } from '#services/identity/members/invite-member.js'
import { resendInvitation } from '#services/identity/members/resend-invitation.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import type { RequestContext } from '#context/request-context.js'
import { countedResolver } from '../kernel/counted.resolver.js'
import { toCountedConnection } from '../kernel/page.mapper.js'
import { toAccount, toUser } from './account.mapper.js'
import { toInvitation } from './member.mapper.js'
import { ACCESS, mutation, unlessDenied } from '../kernel/mutation.js'
import { auditedInvitation } from '#services/identity/audit/identity-audited.js'

const INVITATIONS_PER_PAGE = 50
const InvitationPageArgs = pageArgs(INVITATIONS_PER_PAGE)

@ArgsType()
class InvitationsArgs extends InvitationPageArgs {
  @field('Statuses of the invitations. Default: PENDING and EXPIRED.', () => [InvitationStatus], { nullable: true })
  statuses?: InvitationStatus[] | null
}

export const InvitationCountResolver = countedResolver(InvitationConnection, INVITATION_COUNT)

@Resolver(() => AccountAccess)
export class AccountInvitationsResolver {
  @fieldResolver('Invitations of the account, oldest first.', () => InvitationConnection)
  async invitations(
    @Ctx() context: RequestContext,
    @Root() account: AccountAccess,
    @Args(() => InvitationsArgs) args: InvitationsArgs,
  ): Promise<InvitationConnection> {
    const page = await invitationsOf(context, account.id, args.statuses, pageRequest(args, INVITATIONS_PER_PAGE))
    const now = context.clock.now()
    return toCountedConnection(
      page,
      page.items.map((row) => toInvitation(row, now)),
    )
  }
}

@Resolver(() => Viewer)
export class ViewerInvitationsResolver {
  @fieldResolver(
    "Pending invitations for the viewer's email address, oldest first. Each is accepted with the token of its email.",
    () => InvitationConnection,
    { nullable: true },
  )
  async invitations(
    @Ctx() context: RequestContext,
    @Args(() => InvitationPageArgs) args: PageArgs,
  ): Promise<InvitationConnection | null> {
    const page = await invitationsForViewer(context, pageRequest(args, INVITATIONS_PER_PAGE))
    const now = context.clock.now()
    return toCountedConnection(
      page,
      page.items.map((row) => toInvitation(row, now, true)),
    )
  }
}

@Resolver(() => Invitation)
export class InvitationResolver {
  @query(
    'Invitation by the token of its email. Requires no sign-in. Null if the token is not valid, or if the invitation was accepted or canceled.',
    () => Invitation,
    { nullable: true },
  )
  async invitation(
    @Ctx() context: RequestContext,
    @arg('token', 'Token of the latest invitation email.', () => String) token: string,
  ): Promise<Invitation | null> {
    const row = await invitation(context, token)
    return row && toInvitation(row, context.clock.now(), true)
  }

  @fieldResolver(
    'Account that the person is invited to. Null for the invited person, who reads `accountName`.',
    () => Account,
    {
      nullable: true,
    },
  )
  async account(@Ctx() context: RequestContext, @Root() { accountId, isOwn }: Invitation): Promise<Account | null> {
    return isOwn ? null : toAccount((await context.loaders.account.load(accountId))!)
  }

  @fieldResolver('Name of the account.', () => String)
  async accountName(@Ctx() context: RequestContext, @Root() { accountId }: Invitation): Promise<string> {
    return (await context.loaders.account.load(accountId))!.name
  }

  @fieldResolver(
    'User who sent the invitation. Null if the user was deleted, and for the invited person, who reads `inviterName`.',
    () => User,
    { nullable: true },
  )
  async invitedBy(@Ctx() context: RequestContext, @Root() { inviterId, isOwn }: Invitation): Promise<User | null> {
    const row = isOwn ? null : await context.loaders.user.load(inviterId)
    return row && toUser(row)
  }

  @fieldResolver(
    'Name of the user who sent the invitation, or the email address without a name. Null if deleted.',
    () => String,
    { nullable: true },
  )
  @personal()
  async inviterName(@Ctx() context: RequestContext, @Root() { inviterId }: Invitation): Promise<string | null> {
    const row = await context.loaders.user.load(inviterId)
    return row && (row.name ?? row.email)
  }
}

@Resolver()
export class InvitationMutationsResolver {
  @mutation('Invites a user by email. Returns the invitation; the member is added by `acceptInvitation`.', {
    payload: () => InvitationPayload,
    permission: 'MEMBERS_MANAGE',
    moves: ACCESS,
  })
  inviteMember(@Ctx() context: RequestContext, @mutationArgs(() => InviteMemberArgs) input: InviteMemberArgs) {
    return unlessDenied(inviteMember(context, input), (outcome) =>
      toInvitation(outcome.invitation, context.clock.now()),
    )
  }

  @mutation(
    'Invites several people, each on their own. A repeated call with the same key invites only those who were denied before.',
    { payload: () => [InvitationPayload], permission: 'MEMBERS_MANAGE', moves: ACCESS },
  )
  async inviteMembers(
    @Ctx() context: RequestContext,
    @mutationArgs(() => InviteMembersArgs) input: InviteMembersArgs,
  ): Promise<readonly (Invitation | Denial)[]> {
    const outcome = await inviteMembers(context, input)
    if (outcome.kind === 'denied') return toDenials(context, outcome.denial, input.invitations)
    const now = context.clock.now()
    return Promise.all(
      outcome.items.map(async ({ invitation: row, denial }) =>
        denial ? await toDenial(context, denial) : toInvitation(row!, now),
      ),
    )
  }

  @mutation('Sends an invitation again with a new token and expiry time. The earlier token becomes invalid.', {
    payload: () => InvitationPayload,
    permissionOnObject: 'MEMBERS_MANAGE',
    moves: ACCESS,
    audited: auditedInvitation,
  })
  resendInvitation(
    @Ctx() context: RequestContext,
    @mutationArgs(() => ResendInvitationArgs) input: ResendInvitationArgs,
  ) {
    return unlessDenied(resendInvitation(context, input), (outcome) =>
      toInvitation(outcome.invitation, context.clock.now()),
    )
  }

  @mutation('Cancels an invitation. Its token becomes invalid.', {
    payload: () => InvitationPayload,
    permissionOnObject: 'MEMBERS_MANAGE',
    moves: ACCESS,
    repeats: 'The invitation is already canceled.',
    audited: auditedInvitation,
  })
  cancelInvitation(
    @Ctx() context: RequestContext,
    @mutationArgs(() => CancelInvitationArgs) input: CancelInvitationArgs,
  ) {
    return unlessDenied(cancelInvitation(context, input), (outcome) =>
      toInvitation(outcome.invitation, context.clock.now()),
    )
  }
}
