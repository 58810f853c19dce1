import { connect } from 'node:net'

/** Kept-alive connection with one request at a time. */
export interface KeepAlive {
  /** Sends a complete request. `answered` receives the status and the body. */
  ask(request: string, answered: (status: number, body: string) => void): void
  close(): void
}

/**
 * Minimal client for generators that share their cores with the measured server, because a library costs as much as the
 * request. It reads the responses of our servers and their peers, with a length. Any other response and a closed
 * connection end the generator.
 */
export function keepAlive({ hostname, port }: URL): Promise<KeepAlive> {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  socket.setEncoding('latin1')
  let answered: ((status: number, body: string) => void) | null = null
  let text = ''
  let isClosing = false
  socket.on('data', (chunk: Buffer | string) => {
    text += chunk as string
    const answer = answerOf(text)
    if (!answer) return
    text = ''
    const publish = answered!
    answered = null
    publish(answer.status, answer.body)
  })
  socket.on('close', () => {
    if (!isClosing) throw new Error('the server closed a connection')
  })
  const connection: KeepAlive = {
    ask: (request, published) => {
      answered = published
      socket.write(request, 'latin1')
    },
    close: () => {
      isClosing = true
      socket.destroy()
    },
  }
  return new Promise((resolve) => socket.once('connect', () => resolve(connection)))
}

/** Null: more of it is to come. */
function answerOf(text: string): { status: number; body: string } | null {
  const bodyAt = text.indexOf('\r\n\r\n') + 4
  if (bodyAt < 4) return null
  const head = text.slice(0, bodyAt)
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length === undefined) throw new Error(`an answer without a length: ${head}`)
  if (text.length < bodyAt + Number(length)) return null
  return { status: Number(head.slice(9, 12)), body: text.slice(bodyAt) }
}

/** A POST of JSON, written out once but for its body. Bodies are ASCII: their length is their number of bytes. */
export function postTo(url: URL, headers: Readonly<Record<string, string>>): (body: string) => string {
  const lines = Object.entries({ host: url.host, 'content-type': 'application/json', ...headers })
  const head = `POST ${url.pathname} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}`
  return (body) => `${head}content-length: ${body.length}\r\n\r\n${body}`
}
