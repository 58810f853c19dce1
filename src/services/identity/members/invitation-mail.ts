import type { MailTexts } from '#services/kernel/mail/mail-texts.js'
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
export const INVITATION_MAIL: MailTexts<InvitationValues> = {
  EN: ({ account, inviter, role, expiresAt }, { day }) => ({
    subject: `${inviter} invites you to ${account}`,
    paragraphs: [
      `${inviter} invites you to ${account} as ${role === 'ADMIN' ? 'an admin' : 'a member'}.`,
      `Sign in with this email address to accept. The invitation is valid until ${day(expiresAt)} (UTC) and only for you.`,
      `If the link does not work, use this token: ${SECRET_PLACEHOLDER}`,
    ],
    action: 'Accept the invitation',
  }),
  DE: ({ account, inviter, role, expiresAt }, { day }) => ({
    subject: `${inviter} lädt Sie zu ${account} ein`,
    paragraphs: [
      `${inviter} lädt Sie als ${role === 'ADMIN' ? 'Administrator' : 'Mitglied'} zu ${account} ein.`,
      `Melden Sie sich mit dieser E-Mail-Adresse an, um die Einladung anzunehmen. Sie gilt bis zum ${day(expiresAt)} (UTC) und nur für Sie.`,
      `Falls der Link nicht funktioniert, verwenden Sie dieses Token: ${SECRET_PLACEHOLDER}`,
    ],
    action: 'Einladung annehmen',
  }),
  ES: ({ account, inviter, role, expiresAt }, { day }) => ({
    subject: `${inviter} le invita a ${account}`,
    paragraphs: [
      `${inviter} le invita a ${account} como ${role === 'ADMIN' ? 'administrador' : 'miembro'}.`,
      `Para aceptar, inicie sesión con esta dirección de correo. La invitación es válida hasta el ${day(expiresAt)} (UTC) y solo para usted.`,
      `Si el enlace no funciona, use este token: ${SECRET_PLACEHOLDER}`,
    ],
    action: 'Aceptar la invitación',
  }),
}
