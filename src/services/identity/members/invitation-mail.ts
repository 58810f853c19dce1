import { contentOf, type MailTexts } from '#services/kernel/mail/mail-texts.js'
import { SECRET_PLACEHOLDER } from '#services/kernel/mail/queue-mail.js'
import type { InvitationRow } from '#entities/identity/invitation.entity.js'

/** Values of an invitation mail. */
export interface InvitationValues {
  readonly account: string
  readonly inviter: string
  readonly role: InvitationRow['role']
  readonly expiresAt: Date
}

/** The mail of an invitation. The page at `APP_URL` passes its token to `acceptInvitation`. */
export const INVITATION_MAIL: MailTexts<InvitationValues> = ({ expiresAt, ...values }, write) => ({
  ...contentOf(write, 'invitation', { ...values, expiresAt: write.day(expiresAt) }, 'action.invitation'),
  note: write.say('invitationToken', { token: SECRET_PLACEHOLDER }),
})
