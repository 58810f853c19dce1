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
      `Sign in with this email address to accept, and you are ${role === 'ADMIN' ? 'an admin' : 'a member'} of the account.`,
      `The invitation is valid until ${day(expiresAt)} (UTC) and only for you.`,
    ],
    action: 'Accept the invitation',
    note: `Token of the invitation: ${SECRET_PLACEHOLDER}`,
  }),
  DE: ({ account, inviter, role, expiresAt }, { day }) => ({
    subject: `${inviter} lädt Sie zu ${account} ein`,
    paragraphs: [
      `Melden Sie sich mit dieser E-Mail-Adresse an und nehmen Sie an: Dann sind Sie ${role === 'ADMIN' ? 'Administrator' : 'Mitglied'} des Kontos.`,
      `Die Einladung gilt bis zum ${day(expiresAt)} (UTC) und nur für Sie.`,
    ],
    action: 'Einladung annehmen',
    note: `Token der Einladung: ${SECRET_PLACEHOLDER}`,
  }),
  ES: ({ account, inviter, role, expiresAt }, { day }) => ({
    subject: `${inviter} le invita a ${account}`,
    paragraphs: [
      `Inicie sesión con esta dirección de correo y acepte: será ${role === 'ADMIN' ? 'administrador' : 'miembro'} de la cuenta.`,
      `La invitación es válida hasta el ${day(expiresAt)} (UTC) y solo para usted.`,
    ],
    action: 'Aceptar la invitación',
    note: `Token de la invitación: ${SECRET_PLACEHOLDER}`,
  }),
}
