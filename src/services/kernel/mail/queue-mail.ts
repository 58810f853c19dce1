import type { QueueName } from '#services/kernel/claim-loop/queues.js'
import type { Transaction } from '../database/database.js'
import type { SecretBox } from '../secrets/secret-box.js'
import type { MailLinks, MailText } from './mail-template.js'
import { writeMail, type MailTexts } from './mail-texts.js'

/** Topic: an email is queued. */
export const MAIL_TOPIC = 'mail' satisfies QueueName

export interface NewMail extends MailText {
  readonly accountId: string
  readonly to: string
  /** Business time of its cause. */
  readonly at: Date
}

/** A person who receives a mail. */
export interface MailReader {
  readonly email: string
  /** BCP 47 tag. */
  readonly locale: string
}

export interface MailsToQueue extends MailLinks {
  readonly accountId: string
  readonly readers: readonly MailReader[]
  readonly at: Date
}

/** Queues a mail to each reader, in the language of the reader. */
export async function queueMails<Values>(
  transaction: Transaction,
  { accountId, readers, at, ...links }: MailsToQueue,
  texts: MailTexts<Values>,
  values: Values,
): Promise<void> {
  for (const { email: to, locale } of readers)
    await queueMail(transaction, { accountId, to, at, ...writeMail(texts, values, { locale, ...links }) })
}

/** Placeholder of the secret in an email. */
export const SECRET_PLACEHOLDER = '{secret}'

/** Purpose under which the secret of an email is sealed. */
export const mailPurpose = (id: string): string => `mail:${id}`

/** Queues a mail in the transaction of its cause. It is sent only if the transaction commits. */
function queueMail(transaction: Transaction, mail: NewMail): Promise<void> {
  return write(transaction, transaction.newId('mal'), mail, null)
}

/**
 * Queues an email with a secret. The secret is sealed until it is sent and deleted afterwards. The text contains the
 * placeholder `{secret}`.
 */
export function queueSecretMail(
  transaction: Transaction,
  secrets: SecretBox,
  mail: NewMail,
  secret: string,
): Promise<void> {
  const id = transaction.newId('mal')
  return write(transaction, id, mail, secrets.seal(secret, mailPurpose(id)))
}

async function write(transaction: Transaction, id: string, mail: NewMail, sealed: string | null): Promise<void> {
  const { accountId, to: recipient, language, subject, text: body, html, at } = mail
  await transaction.query
    .insertInto('mail_message')
    .values({ id, accountId, recipient, language, subject, body, html, at, secretSealed: sealed })
    .execute()
  transaction.announce(MAIL_TOPIC)
}
