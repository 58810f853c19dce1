import type { InvitationRow } from '#entities/identity/invitation.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { queueSecretMail } from '#services/kernel/mail/queue-mail.js'
import type { IdentityContext, UserCaller } from '../model/caller.js'
import { invitationMail } from './invitation-mail.js'

/** An invitation on its way. */
export interface InvitationToSend {
  readonly invitation: InvitationRow
  readonly accountName: string
  readonly inviter: UserCaller
  /** Only the mail carries it: we keep its hash. */
  readonly token: string
}

/** Queues the mail of an invitation. Its token is sealed until it is sent, and deleted afterwards. */
export async function sendInvitation(
  context: IdentityContext,
  transaction: Transaction,
  { invitation, accountName, inviter, token }: InvitationToSend,
): Promise<void> {
  const words = { accountName, inviterName: inviter.email, role: invitation.role, expiresAt: invitation.expiresAt }
  await queueSecretMail(
    transaction,
    context.secrets,
    {
      accountId: invitation.accountId,
      to: invitation.email,
      at: context.clock.now(),
      ...invitationMail(words, context.config),
    },
    token,
  )
}

export const findInvitation = (sql: Sql, id: string): Promise<InvitationRow | undefined> =>
  sql.query.selectFrom('invitation').selectAll().where('id', '=', id).executeTakeFirst()

export const findInvitationByToken = (sql: Sql, tokenHash: string): Promise<InvitationRow | undefined> =>
  sql.query.selectFrom('invitation').selectAll().where('tokenHash', '=', tokenHash).executeTakeFirst()
