import { dayText } from '#services/kernel/text/readable.js'
import type { Config } from '#services/kernel/config/config.js'
import { SECRET_PLACEHOLDER } from '#services/kernel/mail/queue-mail.js'
import { renderMail, type MailText } from '#services/kernel/mail/mail-template.js'

/** Content of an invitation mail. */
export interface InvitationMailInput {
  readonly accountName: string
  readonly inviterName: string
  readonly role: string
  readonly expiresAt: Date
}

/**
 * Pure: the mail of an invitation. The token is in the URL fragment, which browsers never send to a server: the page at
 * `APP_URL` passes it to `acceptInvitation`.
 */
export function invitationMail(words: InvitationMailInput, { appUrl }: Pick<Config, 'appUrl'>): MailText {
  const link = new URL('invitations', appUrl)
  return renderMail(`${words.inviterName} invites you to ${words.accountName}`, {
    paragraphs: [
      `${words.inviterName} invites you to ${words.accountName} as ${words.role === 'ADMIN' ? 'an admin' : 'a member'}.`,
      `Sign in with this email address to accept. The invitation is valid until ${dayText(words.expiresAt)} (UTC) and only for you.`,
      `If the link does not work, use this token: ${SECRET_PLACEHOLDER}`,
    ],
    action: { label: 'Accept the invitation', url: `${link.href}#token=${SECRET_PLACEHOLDER}` },
  })
}
