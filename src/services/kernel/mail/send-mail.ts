import type { MailMessageRow } from '#entities/kernel/mail-message.entity.js'
import { backoffSeconds, startClaimLoop, type ClaimLoop } from '../claim-loop/claim-loop.js'
import { leasedRows } from '../claim-loop/leased-rows.js'
import type { Context } from '../context/context.js'
import { createMailer, MailRejected, type Mailer } from './mailer.js'
import { MAIL_TOPIC, mailPurpose, SECRET_PLACEHOLDER } from './queue-mail.js'

/** With growing delay this is three days; then the mail rests for an operator to see. */
const MAX_ATTEMPTS = 150

/** Sends queued emails at least once. The message ID stays the same, so that a duplicate can be recognized. */
export function startMailSender(context: Context, mailer: Mailer = createMailer(context.config)): ClaimLoop {
  const { database } = context
  const loop = startClaimLoop<MailMessageRow>({
    name: 'mail',
    database,
    log: context.log,
    notifier: context.notifier,
    topic: MAIL_TOPIC,
    concurrency: 2,
    ...leasedRows<MailMessageRow>(database, { table: 'mail_message', order: 'available_at, id' }),
    work: (mail, token) => send(context, mailer, mail, token),
  })
  return {
    ...loop,
    get idle() {
      return loop.idle
    },
    stop: async () => {
      await loop.stop()
      mailer.close()
    },
  }
}

async function send(context: Context, mailer: Mailer, mail: MailMessageRow, token: string): Promise<void> {
  try {
    const { id, recipient: to, subject, body, html, at: date } = mail
    const withSecret = secretWriter(context, mail)
    await mailer.send({ id, to, subject, text: withSecret(body), html: withSecret(html), date })
    await context.database.run(
      `update mail_message set state = 'SENT', sent_at = now(), secret_sealed = null, lease_token = null, lease_until = null where id = $1 and lease_token = $2`,
      [mail.id, token],
    )
    context.metrics.mails.inc({ outcome: 'sent' })
  } catch (error) {
    const dead = error instanceof MailRejected || mail.attempts >= MAX_ATTEMPTS
    context.log[dead ? 'error' : 'warn']({ err: error, mail: mail.id, dead }, 'mail not sent')
    await context.database.run(
      `update mail_message set state = $3, last_error = $4, lease_token = null, lease_until = null, available_at = now() + make_interval(secs => $5)
       where id = $1 and lease_token = $2`,
      [mail.id, token, dead ? 'DEAD' : 'PENDING', (error as Error).message, backoffSeconds(mail.attempts)],
    )
    context.metrics.mails.inc({ outcome: dead ? 'dead' : 'retrying' })
  }
}

/** Puts a mail's secret where its text says so; in a mail without one nothing is replaced. */
function secretWriter({ secrets }: Context, { id, secretSealed }: MailMessageRow): (text: string) => string {
  if (secretSealed === null) return (text) => text
  const secret = secrets.open(secretSealed, mailPurpose(id))
  return (text) => text.replaceAll(SECRET_PLACEHOLDER, () => secret)
}
