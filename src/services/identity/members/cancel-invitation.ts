import type { InvitationOutcome } from './invite-member.js'
import type { MembersContext } from './member-slots.js'
import { changeInvitation } from './change-invitation.js'

/** Cancels an invitation. Its token is no longer accepted. Repeated calls have no effect. */
export function cancelInvitation(
  context: MembersContext,
  { invitationId }: { readonly invitationId: string },
): Promise<InvitationOutcome> {
  return changeInvitation(
    context,
    { invitationId },
    {
      isDone: ({ canceledAt }) => canceledAt !== null,
      apply: async (transaction, { account, at }) => {
        const row = await transaction.query
          .updateTable('invitation')
          .set({ canceledAt: at })
          .where('id', '=', invitationId)
          .where('accountId', '=', account.id)
          .returningAll()
          .executeTakeFirstOrThrow()
        return { row, action: 'member.invitation_canceled' }
      },
    },
  )
}
