import type { Transaction } from '../database/database.js'
import { newId } from '../ids/ids.js'
import type { MailText } from './simple-mail.js'

/** News topic: there is mail to send. */
export const MAIL_TOPIC = 'mail'

export interface NewMail extends MailText {
  readonly accountId: string
  readonly to: string
  /** Business time of its cause. */
  readonly at: Date
}

/** Writes a mail down in the transaction of its cause: it is sent if that happened, and not otherwise. */
export async function queueMail(transaction: Transaction, mail: NewMail): Promise<void> {
  await transaction.run(
    `insert into mail_message (id, account_id, recipient, subject, body, html, at) values ($1, $2, $3, $4, $5, $6, $7)`,
    [newId('mal'), mail.accountId, mail.to, mail.subject, mail.text, mail.html, mail.at],
  )
  transaction.announce(MAIL_TOPIC)
}
