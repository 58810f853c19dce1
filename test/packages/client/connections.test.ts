import type { StackgateOptions, StreamState } from '@stackgate/client'
import { CloseCode } from 'graphql-ws'
import { createVirtualTimers } from '#test/support/virtual-timers.js'
import { fakeSockets } from './fake-socket.js'
import { clientOf, COMMANDS, type CommandItem } from './support.js'

/** A client of sockets that the test plays, with a jitter of one half. */
function setUp(options: Partial<StackgateOptions> = {}) {
  const virtual = createVirtualTimers()
  const elapsed = virtual.now.bind(virtual)
  const clock = { aheadMs: 0 }
  const timers = Object.assign(virtual, { random: () => 0.5, now: () => elapsed() + clock.aheadMs })
  const { WebSocket, sockets, times } = fakeSockets(() => elapsed())
  const client = clientOf('https://stackgate.example.com', {
    WebSocket,
    timers,
    token: 'one',
    transport: 'websocket',
    ...options,
  })
  const states: string[] = []
  const ends: StreamState[] = []
  const seen: CommandItem[] = []
  const follow = async (variables = { hash: 'h' }, after: string | null = 'c0') => {
    const handle = await client.follow(COMMANDS, variables, {
      after,
      onItem: (item) => void seen.push(item),
      onState: (state) => {
        states.push(state.state)
        if (state.state === 'ended') ends.push(state)
      },
    })
    await timers.advance(0)
    return handle
  }
  return {
    client,
    timers,
    clock,
    sockets,
    states,
    ends,
    seen,
    follow,
    /** Times between the connections, in milliseconds. */
    waits: () => times.slice(1).map((at, index) => at - times[index]!),
    last: () => sockets.at(-1)!,
  }
}

const item = (n: number) => ({ __typename: 'Event', cursor: `c${n}`, sequence: n })

describe('Connections of streams', () => {
  it('connect again with increasing waits of at most 15 seconds, which a connection that lasts resets', async () => {
    const { timers, follow, last, waits, states } = setUp()
    await follow()
    const expected = [125, 250, 500, 1_000, 2_000, 4_000, 7_500, 7_500, 7_500]
    for (const wait of expected) {
      last().end(1006)
      await timers.advance(wait)
    }
    expect(waits()).toEqual(expected)
    last().accept()
    expect(states.at(-1)).toBe('waiting')
    await timers.advance(5_000)
    expect(states.at(-1)).toBe('live')
    last().end(1006)
    await timers.advance(125)
    expect(waits().at(-1)).toBe(5_125)
    expect(last().isClosed).toBe(false)
  })

  it('wait as the close code says', async () => {
    for (const [code, wait] of [
      [1001, 1_000],
      [1012, 1_000],
      [4429, 10_125],
      [1013, 125],
      [1000, 125],
      [4500, 125],
    ] as const) {
      const { timers, follow, last, waits } = setUp()
      await follow()
      last().accept()
      last().end(code)
      await timers.advance(20_000)
      expect([code, waits()[0]]).toEqual([code, wait])
    }
  })

  it('end when a repetition cannot help', async () => {
    const codes = Object.values(CloseCode).filter((code) => typeof code === 'number')
    const fatal = [
      CloseCode.BadRequest,
      CloseCode.Unauthorized,
      CloseCode.SubprotocolNotAcceptable,
      CloseCode.SubscriberAlreadyExists,
    ]
    expect(codes).toEqual(expect.arrayContaining([4400, 4401, 4406, 4409, 4429]))
    for (const code of codes) {
      const { timers, follow, last, ends, sockets } = setUp()
      const handle = await follow()
      last().end(code, 'Reason')
      await timers.advance(60_000)
      const isFatal = fatal.includes(code)
      expect([code, sockets.length === 1]).toEqual([code, isFatal || code === CloseCode.Forbidden])
      if (isFatal)
        expect(ends).toMatchObject([
          { reason: 'refused', error: { code: 'BAD_REQUEST', message: expect.stringContaining(String(code)) } },
        ])
      else expect(ends).toMatchObject(code === CloseCode.Forbidden ? [{ reason: 'signed-out' }] : [])
      handle.close()
      expect(timers.pending).toBe(0)
    }
  })

  it.each(['progress', 'Next', 'error', ''])(
    'report an event of an unknown name over Server-Sent Events: "%s"',
    async (name) => {
      let requests = 0
      const fetch = () => {
        requests += 1
        const line = name === '' ? '' : `event: ${name}\n`
        return Promise.resolve(
          new Response(`${line}data: {}\n\n`, { headers: { 'content-type': 'text/event-stream' } }),
        )
      }
      const { timers, follow, ends } = setUp({ transport: 'sse', fetch })
      await follow()
      for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
      await timers.advance(60_000)
      expect(ends).toMatchObject([{ reason: 'refused', error: { code: 'BAD_RESPONSE' } }])
      expect((ends[0] as { error: Error }).error.message).toContain(name === '' ? 'message' : name)
      expect(requests).toBe(1)
    },
  )

  it('replace a connection that is not accepted within ten seconds, and one that stays silent', async () => {
    const { timers, follow, last, sockets } = setUp()
    await follow()
    await timers.advance(10_200)
    expect(sockets.map(({ isClosed }) => isClosed)).toEqual([true, false])
    last().accept()
    last().next(item(1))
    await timers.advance(16_000)
    expect(last().sent.at(-1)).toEqual({ type: 'ping' })
    last().receive({ type: 'pong' })
    await timers.advance(12_000)
    expect(sockets).toHaveLength(2)
    // No pong any more.
    await timers.advance(20_000)
    expect(sockets).toHaveLength(3)
    last().accept()
    expect(last().positions).toEqual(['c1'])
    last().receive({ type: 'ping' })
    expect(last().sent.at(-1)).toEqual({ type: 'pong' })
  })

  it('connect at once after the machine slept', async () => {
    const { timers, follow, last, sockets } = setUp()
    await follow()
    last().accept()
    last().next(item(1))
    timers.skip(3_600_000)
    await timers.advance(1)
    expect(sockets).toHaveLength(2)
    last().accept()
    expect(last().positions).toEqual(['c1'])
  })

  it.each([-3_600_000, 3_600_000])('notice silence although the clock is set by %d ms', async (aheadMs) => {
    const { timers, clock, follow, last, sockets } = setUp()
    await follow()
    last().accept()
    last().next(item(1))
    await timers.advance(1_000)
    clock.aheadMs = aheadMs
    // The connection is dead from now on.
    await timers.advance(5_000)
    expect(sockets).toHaveLength(2)
    last().accept()
    await timers.advance(30_000)
    // And so is the second one: it is noticed by the new clock.
    expect(sockets.length).toBeGreaterThanOrEqual(3)
    last().accept()
    expect(last().positions).toEqual(['c1'])
  })

  it('renew a token that ended and continue; two ends within ten seconds sign the user out', async () => {
    for (const code of [4410, 4403]) {
      const tokens = ['one', 'two', 'three', 'four']
      const signedOut: string[] = []
      const { timers, follow, last, waits, ends, sockets } = setUp({
        token: ({ rejected }) => {
          if (rejected) tokens.shift()
          return tokens[0]!
        },
        onSignedOut: (error) => signedOut.push(error.code),
      })
      await follow()
      last().accept()
      last().next(item(1))
      await timers.advance(3_600_000)
      sockets.at(-1)!.end(code)
      await timers.advance(0)
      expect(waits().at(-1)).toBeGreaterThan(0)
      last().accept()
      expect(last().sent[0]).toEqual({ type: 'connection_init', payload: { Authorization: 'Bearer two' } })
      expect(last().positions).toEqual(['c1'])
      expect(signedOut).toEqual([])
      last().end(code)
      await timers.advance(60_000)
      expect(signedOut).toEqual([code === 4410 ? 'TOKEN_EXPIRED' : 'INVALID_TOKEN'])
      expect(ends).toMatchObject([{ reason: 'signed-out' }])
      expect(timers.pending).toBe(0)
    }
  })

  it('end for an anonymous caller that is rejected, and wait for a token that cannot be had', async () => {
    const anonymous = setUp({ token: null })
    const refused = await anonymous.follow()
    anonymous.last().end(4403, 'Forbidden')
    await anonymous.timers.advance(1_000)
    refused.close()
    // The end is the last state.
    expect(anonymous.ends).toMatchObject([{ reason: 'refused' }])
    let isDown = true
    const down = setUp({
      token: () => {
        if (isDown) throw new Error('issuer is down')
        return 'one'
      },
    })
    await down.follow()
    await down.timers.advance(1_000)
    expect(down.states.at(-1)).toBe('waiting')
    isDown = false
    await down.timers.advance(5_000)
    expect(down.sockets).toHaveLength(1)
  })
})

describe('Messages of a wrong server', () => {
  it.each([
    ['an error of another form', { type: 'error', payload: 'no' }],
    ['an error without members', { type: 'error', payload: [null] }],
    ['no result', { type: 'next', payload: null }],
    ['a result of another form', { type: 'next', payload: { data: [], errors: [{ message: 1, extensions: null }] } }],
    ['an item that is null', { type: 'next', payload: { data: { commandStatus: null } } }],
  ])('are no exception, and the stream is requested again after %s', async (_, message) => {
    const { timers, follow, last, states } = setUp()
    await follow()
    last().accept()
    last().receive({ id: last().subscribed.at(-1)!.id!, ...message })
    expect(states.at(-1)).toBe('waiting')
    await timers.advance(5_000)
    last().next(item(1))
    expect([last().positions, states.at(-1)]).toEqual([['c0', 'c0'], 'live'])
  })

  it.each([
    ['an item without a cursor', { type: 'next', payload: { data: { commandStatus: 'text' } } }],
    ['the end of a stream', { type: 'complete' }],
  ])('end the stream with %s', async (_, message) => {
    const { timers, follow, last, states } = setUp()
    await follow()
    last().accept()
    for (const type of ['unknown', 'pong', 'next']) last().receive({ type, id: 'of nobody' })
    last().receive({ id: last().subscribed.at(-1)!.id!, ...message })
    expect(states.at(-1)).toBe('ended')
    await timers.advance(60_000)
    expect(timers.pending).toBe(0)
  })
})

describe('Connections of a page', () => {
  const globals = globalThis as unknown as Record<string, unknown>
  let page: EventTarget & { visibilityState: string }
  let global: EventTarget
  beforeEach(() => {
    page = Object.assign(new EventTarget(), { visibilityState: 'visible' })
    global = new EventTarget()
    globals['document'] = page
    globals['addEventListener'] = global.addEventListener.bind(global)
    globals['removeEventListener'] = global.removeEventListener.bind(global)
  })
  afterEach(() => {
    for (const name of ['document', 'addEventListener', 'removeEventListener']) delete globals[name]
  })
  const show = (visibilityState: string) => {
    page.visibilityState = visibilityState
    page.dispatchEvent(new Event('visibilitychange'))
  }

  it('connect at once when the page is online or visible again, but not before Retry-After', async () => {
    const { timers, follow, last, sockets } = setUp()
    await follow()
    for (const wake of [() => global.dispatchEvent(new Event('online')), () => show('visible')]) {
      const count = sockets.length
      last().end(1006)
      wake()
      await timers.advance(0)
      expect(sockets).toHaveLength(count + 1)
    }
    const count = sockets.length
    last().end(4429)
    global.dispatchEvent(new Event('online'))
    await timers.advance(9_000)
    expect(sockets).toHaveLength(count)
  })

  it('close five minutes after the page is hidden, and continue when it is visible', async () => {
    const { timers, follow, last, sockets, states } = setUp()
    await follow()
    last().accept()
    last().next(item(1))
    show('hidden')
    for (let n = 0; n < 29; n++) {
      await timers.advance(10_000)
      last().receive({ type: 'pong' })
    }
    expect(sockets).toHaveLength(1)
    await timers.advance(11_000)
    expect(last().isClosed).toBe(true)
    expect(states.at(-1)).toBe('waiting')
    await timers.advance(3_600_000)
    expect(sockets).toHaveLength(1)
    show('visible')
    await timers.advance(0)
    last().accept()
    expect(last().positions).toEqual(['c1'])
  })

  it('check an open connection when the page is visible again', async () => {
    const { timers, follow, last, sockets } = setUp()
    await follow()
    last().accept()
    await timers.advance(1_000)
    show('visible')
    expect(last().sent.at(-1)).toEqual({ type: 'ping' })
    await timers.advance(1)
    last().receive({ type: 'pong' })
    await timers.advance(3_000)
    expect(sockets).toHaveLength(1)
    show('visible')
    await timers.advance(3_001)
    expect(sockets).toHaveLength(2)
  })

  it('outlive the last stream by five seconds, for the streams of the next page', async () => {
    const { timers, follow, last, sockets, seen } = setUp()
    const first = await follow()
    last().accept()
    first.close()
    expect(last().sent.at(-1)).toMatchObject({ type: 'complete' })
    await timers.advance(4_999)
    expect(last().isClosed).toBe(false)
    const second = await follow({ hash: 'other' }, 'c7')
    last().next(item(8))
    await timers.advance(10_000)
    expect([sockets.length, last().positions, seen.length, last().isClosed]).toEqual([1, ['c0', 'c7'], 1, false])
    second.close()
    await timers.advance(5_000)
    expect([last().isClosed, timers.pending]).toEqual([true, 0])
    await follow()
    expect(sockets).toHaveLength(2)
  })

  it('are not used by the streams of another user, or after the server has closed them', async () => {
    let token = 'ann'
    const rejections: boolean[] = []
    const { client, timers, follow, last, sockets } = setUp({
      token: ({ rejected }) => {
        rejections.push(rejected)
        return token
      },
    })
    const anns = await follow()
    last().accept()
    anns.close()
    token = 'bob'
    const bobs = await follow()
    expect([sockets.length, sockets[0]!.isClosed]).toEqual([2, true])
    last().accept()
    expect(last().sent[0]).toEqual({ type: 'connection_init', payload: { Authorization: 'Bearer bob' } })
    bobs.close()
    last().end(4410)
    await timers.advance(60_000)
    // Without a stream the token is not renewed.
    expect([sockets.length, timers.pending, rejections.includes(true)]).toEqual([2, 0, false])
    const again = await follow()
    last().accept()
    again.close()
    const late = follow()
    again.close()
    client.close()
    await late.catch(() => undefined)
    expect([last().isClosed, timers.pending]).toEqual([true, 0])
  })

  it('do not listen to the page without streams', async () => {
    const { timers, follow, last, sockets } = setUp()
    const handle = await follow()
    last().accept()
    handle.close()
    await timers.advance(60_000)
    global.dispatchEvent(new Event('online'))
    await timers.advance(60_000)
    expect(sockets).toHaveLength(1)
    expect(last().isClosed).toBe(true)
    expect(timers.pending).toBe(0)
  })
})
