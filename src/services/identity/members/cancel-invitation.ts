import type { InvitationOutcome } from './invite-member.js'
import type { MembersContext } from './member-slots.js'
import { changeInvitation } from './change-invitation.js'

/** Cancels an invitation. Its token is no longer accepted. */
export function cancelInvitation(context: MembersContext, id: string): Promise<InvitationOutcome> {
  return changeInvitation(context, id, async (transaction, { at }) => {
    const row = await transaction.query
      .updateTable('invitation')
      .set({ canceledAt: at })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    return { row, action: 'member.invitation_canceled' }
  })
}
