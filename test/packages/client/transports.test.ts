import type { Fetch, StreamState, Transport } from '@stackgate/client'
import { createVirtualTimers } from '#test/support/virtual-timers.js'
import { fakeSockets } from './fake-socket.js'
import { clientOf, COMMANDS, type CommandItem } from './support.js'

const item = (n: number) => ({ __typename: 'Event', cursor: `c${n}`, sequence: n })
const message = (n: number) =>
  `event: next\nid: c${n}\ndata: ${JSON.stringify({ data: { commandStatus: item(n) } })}\n\n`

/** Result of a request for a stream: an error, none, a stream that the test writes, or polls whose ends the test writes. */
type Network = 'down' | 'silent' | 'streams' | 'collects'

interface Sent {
  readonly variables: { readonly after?: string }
  readonly extensions?: { readonly pollSeconds?: number }
}

function setUp() {
  const virtual = createVirtualTimers()
  const timers = Object.assign(virtual, { random: () => 0.5 })
  const { WebSocket, sockets } = fakeSockets(() => virtual.now())
  const network = { state: 'streams' as Network }
  const sent: Sent[] = []
  const writers: WritableStreamDefaultWriter<Uint8Array>[] = []
  /** Ends of polls, which a proxy that collects responses passes on. */
  const polls: ((text: string) => void)[] = []
  const fetch: Fetch = (_, { body, signal }) => {
    sent.push(JSON.parse(body as string) as Sent)
    if (network.state === 'down') return Promise.reject(new TypeError('fetch failed'))
    const { extensions } = sent.at(-1)!
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error))
      const respond = (stream: ReadableStream<Uint8Array> | string) =>
        resolve(new Response(stream, { headers: { 'content-type': 'text/event-stream' } }))
      if (network.state === 'collects' && extensions) polls.push(respond)
      if (network.state !== 'streams') return
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
      const writer = writable.getWriter()
      writers.push(writer)
      writer.closed.catch(() => undefined)
      respond(readable)
    })
  }
  const client = clientOf('https://stackgate.example.com', { WebSocket, timers, fetch, token: 'one' })
  const states: StreamState[] = []
  const seen: CommandItem[] = []
  const follow = async (after: string | null = 'c0') => {
    const handle = await client.follow(
      COMMANDS,
      { hash: 'h' },
      { after, onItem: (event) => void seen.push(event), onState: (state) => void states.push(state) },
    )
    await timers.advance(0)
    return handle
  }
  const write = async (text: string) => {
    await writers
      .at(-1)!
      .write(new TextEncoder().encode(text))
      .catch(() => undefined)
    await timers.advance(0)
  }
  const transport = (): Transport | undefined => {
    const last = states.at(-1)
    return last?.state === 'live' ? last.transport : undefined
  }
  return {
    client,
    timers,
    sockets,
    network,
    sent,
    polls,
    states,
    seen,
    follow,
    write,
    transport,
    last: () => sockets.at(-1)!,
  }
}

describe('Transports of streams', () => {
  afterEach(() => void Reflect.deleteProperty(globalThis, 'sessionStorage'))

  it('are Server-Sent Events after two WebSockets that failed', async () => {
    const { timers, sockets, follow, last, sent, write, transport, seen } = setUp()
    await follow()
    last().end(1006)
    await timers.advance(125)
    expect([sockets.length, sent.length]).toEqual([2, 0])
    last().end(1006)
    await timers.advance(1)
    expect([sockets.length, sent.length]).toEqual([2, 1])
    await write(`:\n\n${message(1)}`)
    expect([transport(), seen, sent[0]!.variables]).toEqual(['sse', [item(1)], { hash: 'h', after: 'c0' }])
  })

  it('are Server-Sent Events after five seconds without an acknowledgement', async () => {
    const { timers, sockets, follow, sent, write, transport } = setUp()
    await follow()
    await timers.advance(4_900)
    expect(sent).toHaveLength(0)
    await timers.advance(102)
    expect([sockets.length, sent.length]).toEqual([1, 1])
    await write(':\n\n')
    await timers.advance(1_000)
    expect(transport()).toBe('sse')
  })

  it('are polls after three seconds without a byte, which continue behind the last event', async () => {
    const { timers, network, follow, last, sent, polls, transport, seen } = setUp()
    network.state = 'collects'
    await follow(null)
    for (let attempt = 0; attempt < 2; attempt++) {
      last().end(1006)
      await timers.advance(125)
    }
    await timers.advance(3_001)
    expect(sent.map(({ extensions }) => extensions?.pollSeconds)).toEqual([undefined, 0])
    polls.at(-1)!(':\nid: c7\n\n')
    await timers.advance(1_001)
    expect([transport(), sent.at(-1)!.extensions, sent.at(-1)!.variables.after]).toEqual([
      'poll',
      { pollSeconds: 10 },
      'c7',
    ])
    polls.at(-1)!(`:\n\n${message(8)}${message(9)}`)
    await timers.advance(1_001)
    expect([seen, sent.at(-1)!.variables.after]).toEqual([[item(8), item(9)], 'c9'])
    // Without events the next poll follows at once.
    const count = sent.length
    polls.at(-1)!(':\n\n')
    await timers.advance(1)
    expect([sent.length, sent.at(-1)!.variables.after]).toEqual([count + 1, 'c9'])
  })

  it('are polls where Server-Sent Events fall silent, and connect again where polls do', async () => {
    const { timers, network, follow, last, sent, write, transport } = setUp()
    await follow()
    for (let attempt = 0; attempt < 2; attempt++) {
      last().end(1006)
      await timers.advance(125)
    }
    await write(':\n\n')
    await timers.advance(1_000)
    expect(transport()).toBe('sse')
    network.state = 'silent'
    // No heartbeat for 20 seconds.
    await timers.advance(25_000)
    expect(sent.at(-1)!.extensions).toEqual({ pollSeconds: 0 })
    const { length } = sent
    await timers.advance(26_000)
    // A server that is silent on every transport is tried from the first one on.
    expect(sent.length).toBeGreaterThanOrEqual(length)
    expect(last().isClosed).toBe(false)
  })

  it('remain WebSockets when the server is down for a while', async () => {
    const { timers, network, sockets, follow, last, transport } = setUp()
    await follow()
    last().accept()
    await timers.advance(6_000)
    expect(transport()).toBe('websocket')
    network.state = 'down'
    last().end(1006)
    for (let round = 0; round < 12; round++) {
      await timers.advance(20_000)
      if (last().readyState === 0) last().end(1006)
    }
    const count = sockets.length
    await timers.advance(40_000)
    expect(sockets.length).toBeGreaterThan(count)
    if (last().readyState !== 0) await timers.advance(20_000)
    last().accept()
    await timers.advance(1_001)
    expect(transport()).toBe('websocket')
  })

  it('are stored for an hour for the pages of a tab', async () => {
    const stored = new Map<string, string>()
    const sessionStorage = {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => void stored.set(key, value),
      removeItem: (key: string) => void stored.delete(key),
    }
    Object.defineProperty(globalThis, 'sessionStorage', { value: sessionStorage, configurable: true })
    const first = setUp()
    await first.follow()
    await first.timers.advance(5_001)
    await first.write(':\n\n')
    expect([...stored.keys()]).toEqual(['stackgate.transport https://stackgate.example.com/graphql'])
    const second = setUp()
    await second.follow()
    expect([second.sockets.length, second.sent.length]).toEqual([0, 1])
    await second.write(':\n\n')
    await second.timers.advance(1_001)
    expect(second.transport()).toBe('sse')
    second.client.close()
    await second.timers.advance(3_600_000)
    const third = setUp()
    third.timers.skip(3_700_000)
    await third.follow()
    expect([third.sockets.length, third.sent.length]).toEqual([1, 0])
    third.last().accept()
    expect([...stored]).toEqual([])
  })
})
