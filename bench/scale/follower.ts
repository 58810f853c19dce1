import WebSocket from 'ws'

// Load generator: sockets that follow the events of one account, in a separate process.

/** Requests to the process. */
export type FollowerRequest =
  | {
      readonly ask: 'open'
      readonly url: string
      readonly token: string
      readonly accountId: string
      readonly sockets: number
    }
  | { readonly ask: 'received'; readonly sequence: number }

/** Milliseconds since 1970 at which each socket received an event. */
export interface Arrivals {
  readonly at: readonly number[]
}

const QUERY = `subscription ($account: ID!) { billingEvents(accountId: $account, types: ["*", "usage.*"]) { __typename ... on Event { sequence } } }`
/** Sockets that are opened at a time: the server limits the time until a socket authenticates. */
const AT_A_TIME = 50
const POLL_MS = 20
const GIVE_UP_MS = 60_000

const arrivals = new Map<number, number[]>()
let opened = 0

function open(request: Extract<FollowerRequest, { ask: 'open' }>): Promise<void> {
  const socket = new WebSocket(request.url, 'graphql-transport-ws', { perMessageDeflate: false })
  return new Promise((resolve, reject) => {
    socket.on('open', () => {
      socket.send(JSON.stringify({ type: 'connection_init', payload: { Authorization: `Bearer ${request.token}` } }))
    })
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as {
        type: string
        payload?: { data?: { billingEvents: { sequence: number } } }
      }
      if (message.type === 'ping') socket.send('{"type":"pong"}')
      else if (message.type === 'connection_ack') {
        const payload = { query: QUERY, variables: { account: request.accountId } }
        socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }))
        resolve()
      } else if (message.type === 'next') {
        const { sequence } = message.payload!.data!.billingEvents
        const at = arrivals.get(sequence) ?? []
        arrivals.set(sequence, at)
        at.push(Date.now())
      } else if (message.type === 'error') throw new Error(data.toString())
    })
    socket.on('close', (code) => {
      throw new Error(`a socket was closed with ${code}`)
    })
    socket.on('error', reject)
  })
}

async function answer(request: FollowerRequest): Promise<unknown> {
  if (request.ask === 'open') {
    for (let left = request.sockets; left > 0; left -= AT_A_TIME)
      await Promise.all(Array.from({ length: Math.min(left, AT_A_TIME) }, () => open(request)))
    opened += request.sockets
    return { opened }
  }
  const at = () => arrivals.get(request.sequence) ?? []
  for (const deadline = Date.now() + GIVE_UP_MS; at().length < opened && Date.now() < deadline;)
    await new Promise((wake) => setTimeout(wake, POLL_MS))
  return { at: at() } satisfies Arrivals
}

process.on('message', (request: FollowerRequest) => {
  answer(request).then(
    (result) => process.send!(result as object),
    (error: unknown) => {
      process.stderr.write(`${String((error as Error).stack)}\n`)
      process.exit(1)
    },
  )
})
