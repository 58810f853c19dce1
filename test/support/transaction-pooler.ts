import { createServer, type AddressInfo, type Socket } from 'node:net'
import pg from 'pg'

/** A pooler that lends each transaction whichever session is free, as PgBouncer does with `pool_mode = transaction`. */
export interface TransactionPooler {
  through(url: string): string
  close(): Promise<void>
}

interface Session {
  readonly client: pg.Client
  readonly stream: Socket
  lentTo: Socket | null
  received: Buffer
}

const SESSIONS = 3
const TLS_REQUEST = 80_877_103
/** Authentication completed; a process ID other than the session's; ready, in no transaction. */
const WELCOME = Buffer.concat([
  message('R', Buffer.from([0, 0, 0, 0])),
  message('K', Buffer.from([0, 0, 0, 1, 0, 0, 0, 1])),
  message('Z', Buffer.from('I')),
])

export async function openTransactionPooler(url: string): Promise<TransactionPooler> {
  const sessions: Session[] = []
  for (let count = 0; count < SESSIONS; count++) sessions.push(await openSession(url))
  const waiting: { from: Socket; data: Buffer }[] = []
  const send = (from: Socket, data: Buffer): void => {
    const session = sessions.find(({ lentTo }) => lentTo === from) ?? sessions.find(({ lentTo }) => lentTo === null)
    if (!session) return void waiting.push({ from, data })
    session.lentTo = from
    session.stream.write(data)
  }
  for (const session of sessions)
    session.stream.on('data', (data: Buffer) => {
      session.lentTo?.write(data)
      if (!endsTransaction(session, data)) return
      session.lentTo = null
      const next = waiting.shift()
      if (next) send(next.from, next.data)
    })
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    let isWelcome = false
    socket.on('data', (data: Buffer) => {
      if (isWelcome) {
        if (String.fromCharCode(data[0]!) !== 'X') send(socket, data)
        else socket.end()
      } else if (data.readInt32BE(4) === TLS_REQUEST) socket.write('N')
      else isWelcome = socket.write(WELCOME) || true
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    through: (to) => Object.assign(new URL(to), { host: `127.0.0.1:${port}` }).href,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      for (const { stream } of sessions) stream.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

async function openSession(url: string): Promise<Session> {
  const client = new pg.Client({ connectionString: url, ssl: false })
  client.on('error', () => undefined)
  await client.connect()
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection
  stream.removeAllListeners('data')
  return { client, stream, lentTo: null, received: Buffer.alloc(0) }
}

/** True if the data so far ends with "ready, in no transaction". */
function endsTransaction(session: Session, data: Buffer): boolean {
  session.received = Buffer.concat([session.received, data])
  let isOver = false
  for (;;) {
    const { received } = session
    const length = received.length >= 5 ? received.readInt32BE(1) + 1 : Infinity
    if (received.length < length) return isOver
    isOver = received.toString('latin1', 0, 1) === 'Z' && received.toString('latin1', 5, 6) === 'I'
    session.received = received.subarray(length)
  }
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.write(type, 'latin1')
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}
