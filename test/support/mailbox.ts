import { SMTPServer } from 'smtp-server'

/** A mail as the server received it. */
export interface ReceivedMail {
  readonly to: readonly string[]
  /** Headers and body as they came over the wire. */
  readonly source: string
  readonly subject: string
}

/** Real mail server in this process. Mail to an address that begins with `gone` is rejected permanently. */
export interface Mailbox {
  readonly url: string
  readonly mails: ReceivedMail[]
  close(): Promise<void>
}

export async function openMailbox(): Promise<Mailbox> {
  const mails: ReceivedMail[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: ({ address }, _session, callback) =>
      address.startsWith('gone')
        ? callback(Object.assign(new Error('no such user here'), { responseCode: 550 }))
        : callback(),
    onData: (stream, { envelope }, callback) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const source = Buffer.concat(chunks).toString('utf8')
        const subject = /^Subject: (.*(?:\r\n[ \t].*)*)/m.exec(source)?.[1]?.replace(/\r\n[ \t]/g, ' ') ?? ''
        mails.push({ to: envelope.rcptTo.map(({ address }) => address), source, subject })
        callback()
      })
    },
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return {
    url: `smtp://127.0.0.1:${server.server.address().port}`,
    mails,
    close: () => new Promise((done) => server.close(done)),
  }
}
