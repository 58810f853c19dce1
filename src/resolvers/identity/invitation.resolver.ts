import { Args, Ctx, Resolver, Root } from 'type-graphql'
import { Account } from '#schema/identity/account.type.js'
import {
  CancelInvitationInput,
  CancelInvitationResult,
  InviteMemberInput,
  InviteMemberResult,
  ResendInvitationInput,
  ResendInvitationResult,
} from '#schema/identity/change-invitation.type.js'
import { InvitationConnection } from '#schema/identity/invitation.type.js'
import { arg, fieldResolver, mutation } from '#schema/kernel/decorators.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { cancelInvitation } from '#services/identity/members/cancel-invitation.js'
import { invitationsOf } from '#services/identity/members/invitation-queries.js'
import { inviteMember } from '#services/identity/members/invite-member.js'
import { resendInvitation } from '#services/identity/members/resend-invitation.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import type { RequestContext } from '#context/request-context.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toConnection } from '../kernel/page.mapper.js'
import { toInvitation } from './member.mapper.js'

const INVITATIONS_PER_PAGE = 50
const InvitationPageArgs = pageArgs(INVITATIONS_PER_PAGE)

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
export class InvitationMutationsResolver {
  @mutation(
    'Invites a user by email. Returns the invitation; the member is added by `acceptInvitation`.',
    () => InviteMemberResult,
  )
  async inviteMember(
    @Ctx() context: RequestContext,
    @arg('input', 'Person to invite.', () => InviteMemberInput) input: InviteMemberInput,
  ): Promise<InviteMemberResult> {
    const outcome = await inviteMember(context, input)
    return outcome.kind === 'invitation'
      ? toInvitation(outcome.invitation, context.clock.now())
      : toDenial(context, outcome.denial)
  }

  @mutation(
    'Sends an invitation again with a new token and expiry time. The earlier token becomes invalid.',
    () => ResendInvitationResult,
  )
  async resendInvitation(
    @Ctx() context: RequestContext,
    @arg('input', 'Invitation to send again.', () => ResendInvitationInput) input: ResendInvitationInput,
  ): Promise<ResendInvitationResult> {
    const outcome = await resendInvitation(context, input)
    return outcome.kind === 'invitation'
      ? toInvitation(outcome.invitation, context.clock.now())
      : toDenial(context, outcome.denial)
  }

  @mutation('Cancels an invitation. Its token becomes invalid.', () => CancelInvitationResult)
  async cancelInvitation(
    @Ctx() context: RequestContext,
    @arg('input', 'Invitation to cancel.', () => CancelInvitationInput) input: CancelInvitationInput,
  ): Promise<CancelInvitationResult> {
    const outcome = await cancelInvitation(context, input)
    return outcome.kind === 'invitation'
      ? toInvitation(outcome.invitation, context.clock.now())
      : toDenial(context, outcome.denial)
  }
}
