import type { InvitationRow } from '#entities/identity/invitation.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { writeMail } from '#services/kernel/mail/mail-texts.js'
import { queueSecretMail, SECRET_PLACEHOLDER } from '#services/kernel/mail/queue-mail.js'
import type { IdentityContext, UserCaller } from '../model/caller.js'
import { INVITATION_MAIL, type InvitationValues } from './invitation-mail.js'
import { readerAt } from './mail-readers.js'

/** An invitation on its way. */
export interface InvitationToSend {
  readonly invitation: InvitationRow
  readonly accountName: string
  readonly inviter: UserCaller
  /** Only the mail carries it: we keep its hash. */
  readonly token: string
}

/**
 * Queues the mail of an invitation. Its token is sealed until it is sent, and deleted afterwards. The link has it in the fragment, which browsers
 * never send to a server.
 */
export async function sendInvitation(
  context: IdentityContext,
  transaction: Transaction,
  { invitation, accountName, inviter, token }: InvitationToSend,
): Promise<void> {
  const { accountId, email: to, role, expiresAt } = invitation
  const values: InvitationValues = { account: accountName, inviter: inviter.email, role, expiresAt }
  const { locale } = await readerAt(transaction, accountId, to)
  const url = `${new URL('invitations', context.config.appUrl).href}#token=${SECRET_PLACEHOLDER}`
  await queueSecretMail(
    transaction,
    context.secrets,
    {
      accountId,
      to,
      at: context.clock.now(),
      ...writeMail(INVITATION_MAIL, values, { locale, url, reason: 'INVITED' }),
    },
    token,
  )
}

export const findInvitation = (sql: Sql, id: string): Promise<InvitationRow | undefined> =>
  sql.query.selectFrom('invitation').selectAll().where('id', '=', id).executeTakeFirst()

export const findInvitationByToken = (sql: Sql, tokenHash: string): Promise<InvitationRow | undefined> =>
  sql.query.selectFrom('invitation').selectAll().where('tokenHash', '=', tokenHash).executeTakeFirst()
