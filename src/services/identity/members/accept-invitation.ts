import type { AcceptInvitationArgs } from '#schema/identity/change-invitation.type.js'
import type { MemberRow } from '#entities/identity/member.entity.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { hashSecret } from '#services/kernel/secrets/secret-box.js'
import { lockAccount, recordAccountEvent } from '../accounts/account-version.js'
import { recordMemberCount } from '../accounts/record-member-count.js'
import { requireSignedIn } from '../model/guard.js'
import { checkAcceptance } from './decide-membership.js'
import type { MembersContext } from './member-slots.js'
import { findMember, requireUser } from './load-membership.js'
import { findInvitationByToken } from './send-invitation.js'

export type MemberOutcome = { readonly kind: 'member'; readonly member: MemberRow } | Denied

/**
 * Joins an account with the token of an invitation: for the invited address, once, and within the member limit of the
 * account.
 */
export async function acceptInvitation(
  context: MembersContext,
  { token }: AcceptInvitationArgs,
): Promise<MemberOutcome> {
  requireSignedIn(context)
  const hash = hashSecret(token)
  const known = await findInvitationByToken(context.database, hash)
  if (!known) throw new AppError('NOT_FOUND', 'Invitation not found.')
  const person = requireUser(context)
  return context.database.transaction<MemberOutcome>(async (transaction) => {
    await lockAccount(transaction, known.accountId)
    const invitation = await findInvitationByToken(transaction, hash)
    if (!invitation) throw new AppError('NOT_FOUND', 'Invitation not found.')
    const { accountId, id, role } = invitation
    const at = context.clock.now()
    const present = await findMember(transaction, accountId, person.userId)
    // A repetition by the same user returns the first result.
    if (present && invitation.acceptedBy === person.userId) return { kind: 'member', member: present }
    const denial = checkAcceptance(invitation, person, at)
    if (denial) return denied(denial)
    if (!present) {
      const full = await context.memberSlots.take(transaction, accountId, person.userId, at)
      if (full) return denied(full)
      await transaction.query
        .insertInto('member')
        .values({ id: transaction.newId('mbr'), accountId, userId: person.userId, role, since: at })
        .execute()
      await recordMemberCount(transaction, accountId, at)
    }
    await transaction.query
      .updateTable('invitation')
      .set({ acceptedAt: at, acceptedBy: person.userId })
      .where('id', '=', id)
      .where('accountId', '=', accountId)
      .execute()
    await recordAccountEvent(transaction, accountId, at, {
      type: 'member.joined',
      outbox: true,
      summary: 'A member joined.',
      changesEntitlements: true,
      data: { userId: person.userId, role: present?.role ?? role, invitationId: id },
    })
    await recordChange(transaction, {
      accountId,
      actor: person.principal,
      action: 'member.joined',
      object: person.userId,
      details: { role: present?.role ?? role, invitationId: id },
    })
    return { kind: 'member', member: (await findMember(transaction, accountId, person.userId))! }
  })
}
