import { sql } from 'kysely'
import { refused } from '#services/kernel/denials/denial.js'
import { hashSecret, randomSecret } from '#services/kernel/secrets/secret-box.js'
import { claimName, releaseName } from '../accounts/account-directory.js'
import { INVITATION_DAYS, type InvitationOutcome } from './invite-member.js'
import type { MembersContext } from './member-slots.js'
import { sendInvitation } from './send-invitation.js'
import { changeInvitation, type ApplyChange } from './change-invitation.js'

/** Maximum number of mails per invitation, so that no mailbox is flooded. */
const MAX_MAILS = 10

const DAY_MS = 86_400_000

/** Sends an invitation again, with a new token and a new end; the token of the earlier mail counts no longer. */
export function resendInvitation(
  context: MembersContext,
  { invitationId, idempotencyKey }: { readonly invitationId: string; readonly idempotencyKey: string },
): Promise<InvitationOutcome> {
  const attempt = { mutation: 'resendInvitation', idempotencyKey }
  const apply: ApplyChange = async (transaction, { account, inviter, invitation, at }) => {
    if (invitation.mailsSent >= MAX_MAILS)
      return refused(
        'INVALID_TRANSITION',
        `The invitation was already sent ${MAX_MAILS} times. Cancel it and invite the person again.`,
      )
    const full = await context.memberSlots.denial(transaction, account.id, at)
    if (full) return full
    const token = randomSecret()
    const tokenHash = hashSecret(token)
    await releaseName(transaction, { kind: 'INVITATION', name: invitation.tokenHash })
    await claimName(transaction, { kind: 'INVITATION', name: tokenHash }, account.id)
    const row = await transaction.query
      .updateTable('invitation')
      .set({
        tokenHash,
        mailsSent: sql`mails_sent + 1`,
        expiresAt: new Date(at.getTime() + INVITATION_DAYS * DAY_MS),
      })
      .where('id', '=', invitationId)
      .where('accountId', '=', account.id)
      .returningAll()
      .executeTakeFirstOrThrow()
    await sendInvitation(context, transaction, { invitation: row, accountName: account.name, inviter, token })
    return { row, action: 'member.invitation_resent' }
  }
  return changeInvitation(context, { invitationId, attempt }, { apply })
}
