import { setTimeout as wait } from 'node:timers/promises'
import { createClient, type Client } from 'graphql-ws'
import { WebSocket } from 'ws'
import { eventually } from '#test/support/test-server.js'
import { startTransportFixture, type TransportFixture } from '#test/support/transport-fixture.js'

const protocol = 'graphql-transport-ws'
let tiny: TransportFixture
const noneLive = () =>
  eventually(
    () => tiny.calls.live,
    (live) => live === 0,
  )
const clients: Client[] = []

beforeAll(async () => {
  tiny = await startTransportFixture({ limits: { operationsPerSocket: 3, operationMilliseconds: 200 } })
})
afterEach(() => {
  for (const client of clients.splice(0)) void client.dispose()
})
afterAll(() => tiny.edge.drain(1_000))

function connect(
  connectionParams?: Record<string, unknown> | (() => Record<string, unknown>),
  url = tiny.socketUrl,
): Client {
  const client = createClient({
    url,
    webSocketImpl: WebSocket,
    connectionParams,
    retryAttempts: 3,
    lazy: true,
    retryWait: () => wait(10),
  })
  clients.push(client)
  return client
}

type Result = {
  data?: Record<string, unknown> | null
  errors?: readonly { message: string; extensions?: Record<string, unknown> }[]
}

async function once(client: Client, query: string, variables?: Record<string, unknown>): Promise<Result> {
  for await (const result of client.iterate({ query, variables })) return result
  throw new Error('Nothing came')
}

/** The code with which the server closes a bare socket that sends these messages. */
function closeCode(url: string, ...messages: string[]): Promise<number> {
  const socket = new WebSocket(url, protocol)
  socket.once('open', () => messages.forEach((message) => socket.send(message)))
  return new Promise((resolve) => socket.once('close', resolve))
}

const init = JSON.stringify({ type: 'connection_init' })
const subscribe = (id: string, query: string) => JSON.stringify({ id, type: 'subscribe', payload: { query } })

describe('WebSocket at /graphql', () => {
  it('sends a message of the type error, and nothing else, for a subscription that does not begin', async () => {
    const socket = new WebSocket(tiny.socketUrl, protocol)
    const received: { id?: string; type: string; payload?: unknown }[] = []
    socket.on('message', (data: Buffer) => received.push(JSON.parse(data.toString()) as never))
    await new Promise((resolve) => socket.once('open', resolve))
    socket.send(JSON.stringify({ type: 'connection_init' }))
    await eventually(
      () => Promise.resolve(received.map(({ type }) => type)),
      (types) => types.includes('connection_ack'),
    )
    // The variable is missing, which is found when the subscription starts.
    const query = 'subscription Missing($shown: Boolean!) { ticks { number @include(if: $shown) } }'
    socket.send(JSON.stringify({ id: 'missing', type: 'subscribe', payload: { query } }))
    socket.send(JSON.stringify({ id: 'after', type: 'subscribe', payload: { query: '{ __typename }' } }))
    await eventually(
      () => Promise.resolve(received.filter(({ id, type }) => id === 'after' && type === 'complete')),
      (ended) => ended.length === 1,
    )
    await eventually(
      () => Promise.resolve(received.filter(({ id }) => id === 'missing')),
      (refused) => refused.length > 0,
    )
    expect(received.filter(({ id }) => id === 'missing')).toEqual([
      {
        id: 'missing',
        type: 'error',
        payload: [expect.objectContaining({ extensions: expect.objectContaining({ code: 'BAD_USER_INPUT' }) })],
      },
    ])
    socket.close()
  })

  it('accepts a token under any case of the key, and a client without one as anonymous', async () => {
    for (const key of ['Authorization', 'authorization', 'AUTHORIZATION']) {
      const result = await once(connect({ [key]: 'Bearer ann' }), '{ me transport }')
      expect(result.data).toEqual({ me: 'ann', transport: 'websocket' })
    }
    expect((await once(connect(), '{ me }')).data).toEqual({ me: null })
  })

  it('closes with 4403 on a bad token and with 1013 if the check is unavailable', async () => {
    const bad = JSON.stringify({ type: 'connection_init', payload: { authorization: 'Bearer bad' } })
    expect(await closeCode(tiny.socketUrl, bad)).toBe(4403)
    const down = JSON.stringify({ type: 'connection_init', payload: { authorization: 'Bearer down' } })
    expect(await closeCode(tiny.socketUrl, down)).toBe(1013)
  })

  it('closes a socket that sends no connection_init in time', async () => {
    const impatient = await startTransportFixture({ limits: { socketInitMilliseconds: 150 } })
    expect(await closeCode(impatient.socketUrl)).toBe(4408)
    await impatient.edge.drain(1_000)
  })

  it('closes each protocol violation with its code', async () => {
    expect(await closeCode(tiny.socketUrl, subscribe('1', '{ me }'))).toBe(4401)
    expect(await closeCode(tiny.socketUrl, init, init)).toBe(4429)
    expect(await closeCode(tiny.socketUrl, 'not json')).toBe(4400)
    expect(await closeCode(tiny.socketUrl, init.padEnd(65_537))).toBe(1009)
    const elsewhere = new WebSocket(tiny.socketUrl.replace('/graphql', '/other'), protocol)
    const refused = await new Promise<Error>((resolve) => elsewhere.once('error', resolve))
    expect(refused.message).toContain('404')
    expect(tiny.logged.join('')).not.toContain('node_modules')
  })

  it('streams events, each with a renewed context, and stops the source immediately', async () => {
    const client = connect({ authorization: 'Bearer ann' })
    const seen: unknown[] = []
    for await (const { data } of client.iterate<{ ticks: unknown }>({
      query: 'subscription { ticks { number renewals } }',
    })) {
      seen.push(data?.ticks)
      if (seen.length === 3) break
    }
    expect(seen).toEqual([1, 2, 3].map((number) => ({ number, renewals: 1 })))
    await noneLive()
  })

  it('stops the source immediately when the client disconnects', async () => {
    const socket = new WebSocket(tiny.socketUrl, protocol)
    socket.once('open', () => socket.send(init))
    await new Promise((resolve) => {
      socket.on('message', (data: Buffer) => {
        if (data.toString().includes('connection_ack')) socket.send(subscribe('1', 'subscription { ticks { number } }'))
        if (data.toString().includes('"next"')) resolve(undefined)
      })
    })
    expect(tiny.calls.live).toBe(1)
    socket.terminate()
    await noneLive()
  })

  it('closes with 4410 when the token expires, and the client resumes at its cursor', async () => {
    const connections: number[] = []
    const client = connect(() => ({ authorization: connections.push(1) === 1 ? 'Bearer ann:130' : 'Bearer ann:60000' }))
    const codes: number[] = []
    client.on('closed', (event) => codes.push((event as { code: number }).code))
    const seen: number[] = []
    const until = async (enough: number): Promise<void> => {
      const after = seen.at(-1) ?? 0
      const query = 'subscription Q($after: Int) { ticks(after: $after) { number } }'
      for await (const { data } of client.iterate<{ ticks: { number: number } }>({ query, variables: { after } })) {
        if (data && data.ticks.number > (seen.at(-1) ?? 0)) seen.push(data.ticks.number)
        if (seen.length >= enough) return
      }
    }
    await until(12)
    expect(codes).toContain(4410)
    expect(connections.length).toBeGreaterThan(1)
    expect(seen).toEqual(Array.from({ length: 12 }, (_, index) => index + 1))
  })

  it('applies the limits of HTTP to operations, with their codes', async () => {
    const client = connect()
    const codeOf = async (query: string, variables?: Record<string, unknown>): Promise<unknown> => {
      try {
        return (await once(client, query, variables)).errors?.[0]?.extensions?.['code']
      } catch (errors) {
        return (errors as { extensions?: { code?: unknown } }[])[0]?.extensions?.code
      }
    }
    const deep = `{ item ${'{ children '.repeat(13)}{ name ${'}'.repeat(15)}`
    expect(await codeOf(deep)).toBe('QUERY_TOO_DEEP')
    expect(await codeOf(`{ ${'me '.repeat(4_990)} }`)).toBe('QUERY_TOO_COMPLEX')
    expect(await codeOf(`{ ${'me '.repeat(5_001)} }`)).toBe('QUERY_TOO_LONG')
    expect(await codeOf('{ items(first: 5000) { name } }')).toBe('QUERY_TOO_COMPLEX')
    expect(await codeOf('query Q($n: Int) { items(first: $n) { name } }', { n: 6_000 })).toBe('QUERY_TOO_COMPLEX')
    expect(await codeOf(`{ ${Array.from({ length: 31 }, (_, i) => `a${i}: me`).join(' ')} }`)).toBe('TOO_MANY_ALIASES')
    expect(await codeOf('{ nothing }')).toBe('GRAPHQL_VALIDATION_FAILED')
    expect(await codeOf('{ me')).toBe('GRAPHQL_PARSE_FAILED')
    expect(await codeOf('query Q($text: String!) { echo(text: $text) }')).toBe('BAD_USER_INPUT')
    expect(await codeOf('subscription Q($after: Int) { ticks(after: $after) { number } }', { after: 'x' })).toBe(
      'BAD_USER_INPUT',
    )
    expect(await codeOf('{ slow(milliseconds: 500) }')).toBe('TIMEOUT')
    expect(await codeOf('subscription { forbidden }')).toBe('NOT_FOUND')
    expect(await codeOf('{ broken }')).toBe('INTERNAL')
  })

  it('limits operations per socket, and keeps the socket open', async () => {
    const socket = new WebSocket(tiny.socketUrl, protocol)
    const messages: { id?: string; type: string; payload?: unknown }[] = []
    socket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString()) as (typeof messages)[number]))
    socket.once('open', () => socket.send(init))
    const ofType = (wanted: string) => messages.filter(({ type }) => type === wanted)
    await eventually(
      () => ofType('connection_ack'),
      (acknowledged) => acknowledged.length === 1,
    )
    for (const id of ['1', '2', '3', '4']) socket.send(subscribe(id, 'subscription { ticks { number } }'))
    await eventually(
      () => new Set(ofType('next').map(({ id }) => id)),
      (live) => ['1', '2', '3'].every((id) => live.has(id)),
    )
    await eventually(
      () => ofType('error'),
      (refused) => refused.length > 0,
    )
    expect(ofType('error')).toMatchObject([{ id: '4', payload: [{ extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } }] }])
    expect(ofType('next').some(({ id }) => id === '4')).toBe(false)
    socket.close()
    await noneLive()
  })
})
