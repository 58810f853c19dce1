import { createHash } from 'node:crypto'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Transporter } from 'nodemailer'
import type { Config } from '../config/config.js'

/** An outgoing email. */
export interface OutgoingMail {
  /** Our ID. The message ID is derived from it, so that a duplicate after a crash can be recognized. */
  readonly id: string
  readonly to: string
  /** Name of the sender. */
  readonly seller: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly date: Date
}

/** The way out for mail. Throws when it was not accepted; a `permanent` one is not tried again. */
export interface Mailer {
  send(mail: OutgoingMail): Promise<void>
  close(): void
}

/** The receiver rejected the email permanently: a retry would fail as well. */
export class MailRejected extends Error {
  override readonly name = 'MailRejected'
}

/** To a mail server where there is one, else into files of the data folder. */
export function createMailer({ smtpUrl, mailFrom, dataDir }: Pick<Config, 'smtpUrl' | 'mailFrom' | 'dataDir'>): Mailer {
  return smtpUrl ? smtpMailer(smtpUrl, mailFrom) : fileMailer(join(dataDir, 'mail'), mailFrom)
}

const message = (mail: OutgoingMail, from: string) => ({
  from: { name: mail.seller, address: from },
  to: { name: '', address: mail.to },
  subject: mail.subject,
  text: mail.text,
  html: mail.html,
  date: mail.date,
  messageId: `<${mail.id}@${from.split('@')[1]?.replace(/[^\w.-].*$/, '') ?? 'localhost'}>`,
})

/** The library is loaded with the first mail: most processes never send one, and it costs the start some time. */
function later(make: (create: typeof import('nodemailer').createTransport) => Transporter): () => Promise<Transporter> {
  let made: Promise<Transporter> | undefined
  return () => (made ??= import('nodemailer').then((library) => make(library.default.createTransport)))
}

function smtpMailer(url: URL, from: string): Mailer {
  let opened: Transporter | undefined
  const transport = later((create) => {
    opened = create({
      url: url.href,
      pool: true,
      maxConnections: 2,
      connectionTimeout: 10_000,
      socketTimeout: 20_000,
    } as never)
    return opened
  })
  return {
    send: async (mail) => {
      try {
        await (await transport()).sendMail(message(mail, from))
      } catch (error) {
        const code = (error as { responseCode?: number }).responseCode
        if (code && code >= 500) throw new MailRejected((error as Error).message, { cause: error })
        throw error
      }
    },
    close: () => opened?.close(),
  }
}

/** One `.eml` file a mail, exactly as it would have been sent. */
function fileMailer(folder: string, from: string): Mailer {
  const transport = later((create) => create({ streamTransport: true, buffer: true }))
  return {
    send: async (mail) => {
      const { message: bytes } = (await (await transport()).sendMail(message(mail, from))) as { message: Buffer }
      await mkdir(folder, { recursive: true })
      const path = join(folder, `${mail.id}.eml`)
      // Never half a mail under its own name.
      const draft = `${path}.${createHash('sha256').update(bytes).digest('hex').slice(0, 8)}`
      await writeFile(draft, bytes)
      await rename(draft, path)
    },
    close: () => undefined,
  }
}
