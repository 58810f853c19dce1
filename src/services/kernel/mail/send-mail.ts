import { sql } from 'kysely'
import type { MailMessageRow } from '#entities/kernel/mail-message.entity.js'
import { backoffSeconds, startClaimLoop, type ClaimLoop } from '../claim-loop/claim-loop.js'
import { leasedRows } from '../claim-loop/leased-rows.js'
import { recordAttempt } from '../claim-loop/record-attempt.js'
import type { Context } from '../context/context.js'
import { framedMail, type MailFrame } from './mail-template.js'
import { createMailer, MailRejected, type Mailer } from './mailer.js'
import { mailPurpose, SECRET_PLACEHOLDER } from './queue-mail.js'

/** With growing delays this takes three days. Afterwards the mail is dead-lettered. */
const MAX_ATTEMPTS = 150

/**
 * Sends queued emails at least once. The message ID stays the same, so that a duplicate can be recognized.
 * @param frame of the seller at the time of sending
 */
export function startMailSender(
  context: Context,
  frame: () => MailFrame,
  mailer: Mailer = createMailer(context.config),
): ClaimLoop {
  return startClaimLoop<MailMessageRow>({
    name: 'mail',
    context,
    concurrency: 2,
    ...leasedRows(context.database, 'mail', { order: ['availableAt', 'id'] }),
    work: (mail, token) => send(context, { mailer, frame: frame() }, mail, token),
    close: () => mailer.close(),
  })
}

interface Sender {
  readonly mailer: Mailer
  readonly frame: MailFrame
}

async function send(context: Context, { mailer, frame }: Sender, mail: MailMessageRow, token: string): Promise<void> {
  try {
    const { id, recipient: to, language, subject, body, html, at: date } = mail
    const withSecret = secretWriter(context, mail)
    const framed = framedMail({ language, subject, text: withSecret(body), html: withSecret(html) }, frame)
    await mailer.send({ id, to, seller: frame.name, date, ...framed })
    await context.database.query
      .updateTable('mail_message')
      .set({ state: 'SENT', sentAt: sql`now()`, secretSealed: null, leaseToken: null, leaseUntil: null })
      .where('id', '=', mail.id)
      .where('leaseToken', '=', token)
      .execute()
    context.metrics.mails.inc({ outcome: 'sent' })
  } catch (error) {
    const dead = error instanceof MailRejected || mail.attempts >= MAX_ATTEMPTS
    context.log[dead ? 'error' : 'warn']({ err: error, mail: mail.id, dead }, 'mail not sent')
    await recordAttempt(context.database, 'mail', {
      row: mail,
      token,
      values: { state: dead ? 'DEAD' : 'PENDING', lastError: (error as Error).message },
      waitSeconds: backoffSeconds(context.random, mail.attempts),
    })
    context.metrics.mails.inc({ outcome: dead ? 'dead' : 'retrying' })
  }
}

/** Returns a function that inserts the secret of a mail into its texts. */
function secretWriter({ secrets }: Context, { id, secretSealed }: MailMessageRow): (text: string) => string {
  if (secretSealed === null) return (text) => text
  const secret = secrets.open(secretSealed, mailPurpose(id))
  return (text) => text.replaceAll(SECRET_PLACEHOLDER, () => secret)
}
