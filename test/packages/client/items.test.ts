import type { ResyncItem, StreamState } from '@stackgate/client'
import { createVirtualTimers } from '#test/support/virtual-timers.js'
import { fakeSockets } from './fake-socket.js'
import { clientOf, COMMANDS, text, type CommandItem } from './support.js'

const item = (n: number, more: object = {}) => ({ __typename: 'Event', cursor: `c${n}`, sequence: n, ...more })

function setUp() {
  const virtual = createVirtualTimers()
  const timers = Object.assign(virtual, { random: () => 0.5 })
  const { WebSocket, sockets } = fakeSockets(() => virtual.now())
  const client = clientOf('https://stackgate.example.com', { WebSocket, timers })
  interface Options {
    readonly hash?: string
    readonly after?: string | null
    readonly onItem?: (item: CommandItem) => unknown
    readonly onResync?: (resync: ResyncItem) => unknown
  }
  const follow = async ({ hash = 'h', after = 'c0', onItem = () => undefined, onResync }: Options = {}) => {
    const seen: string[] = []
    const states: StreamState[] = []
    const handle = await client.follow(
      COMMANDS,
      { hash },
      {
        after,
        onItem: (given) => {
          seen.push(given.cursor)
          return onItem(given)
        },
        onResync,
        onState: (state) => void states.push(state),
      },
    )
    await timers.advance(0)
    return { handle, seen, states }
  }
  return { client, timers, sockets, follow, last: () => sockets.at(-1)! }
}

describe('Items of streams', () => {
  it('are handed over once and in order, also when the network repeats them', async () => {
    const { timers, follow, last } = setUp()
    const { seen, handle } = await follow()
    last().accept()
    for (const n of [1, 2, 2, 1, 3]) last().next(item(n))
    // Loads have the cursor of the event before them.
    for (const load of [10, 20, 20]) last().next(item(3, { load }))
    await timers.advance(0)
    expect(seen).toEqual(['c1', 'c2', 'c3', 'c3', 'c3'])
    expect(handle.cursor).toBe('c3')
  })

  it('of an earlier connection are ignored', async () => {
    const { timers, follow, last, sockets } = setUp()
    const { seen } = await follow()
    last().accept()
    last().next(item(1))
    last().end(1006)
    await timers.advance(1_000)
    last().accept()
    last().next(item(2))
    sockets[0]!.next(item(99))
    await timers.advance(0)
    expect(seen).toEqual(['c1', 'c2'])
  })

  it('come one at a time: the next when the previous one is handled', async () => {
    const { timers, follow, last } = setUp()
    const done: (() => void)[] = []
    const { seen, handle } = await follow({ onItem: () => new Promise<void>((resolve) => done.push(resolve)) })
    last().accept()
    for (const n of [1, 2, 3]) last().next(item(n))
    await timers.advance(0)
    expect([seen, handle.cursor]).toEqual([['c1'], 'c0'])
    done[0]!()
    await timers.advance(0)
    expect([seen, handle.cursor]).toEqual([['c1', 'c2'], 'c1'])
  })

  it('share one subscription if nothing would be missed', async () => {
    const { timers, follow, last } = setUp()
    const first = await follow()
    const second = await follow()
    await follow({ hash: 'other' })
    last().accept()
    expect(last().subscribed).toHaveLength(2)
    const { id } = last().subscribed[0]!
    last().next(item(1), id)
    const third = await follow({ after: 'c1' })
    expect(last().subscribed).toHaveLength(2)
    const fourth = await follow({ after: 'c0' })
    expect(last().subscribed).toHaveLength(3)
    last().next(item(2), id)
    await timers.advance(0)
    expect([first.seen, second.seen, third.seen, fourth.seen]).toEqual([['c1', 'c2'], ['c1', 'c2'], ['c2'], []])
    first.handle.close()
    second.handle.close()
    expect(last().sent.filter(({ type }) => type === 'complete')).toEqual([])
    third.handle.close()
    expect(last().sent.filter(({ type }) => type === 'complete')).toEqual([{ type: 'complete', id }])
    expect(first.states.at(-1)).toMatchObject({ state: 'ended', reason: 'closed' })
  })

  it('wait at the server while 1,000 wait for a slow consumer', async () => {
    const { timers, follow, last } = setUp()
    let isBlocked = true
    const waiting: (() => void)[] = []
    const { seen } = await follow({
      onItem: () => (isBlocked ? new Promise<void>((resolve) => waiting.push(resolve)) : undefined),
    })
    last().accept()
    for (let n = 1; n <= 1_001; n++) last().next(item(n))
    await timers.advance(0)
    expect(last().sent.at(-1)).toMatchObject({ type: 'complete' })
    isBlocked = false
    waiting[0]!()
    await timers.advance(10)
    expect(last().positions).toEqual(['c0', 'c1001'])
    last().next(item(1_002))
    await timers.advance(0)
    expect(seen).toEqual(Array.from({ length: 1_002 }, (_, n) => `c${n + 1}`))
  })

  it('are missing: the caller reads the state before the next item', async () => {
    const { timers, follow, last } = setUp()
    const log: string[] = []
    await follow({
      onItem: ({ cursor }) => log.push(cursor),
      onResync: async ({ reason }) => {
        log.push(`read ${reason}`)
        await timers.delay(100)
        log.push('done')
      },
    })
    last().accept()
    last().next(item(1))
    last().next({ __typename: 'Resync', cursor: 'c50', sequence: 50, reason: 'RETENTION' })
    last().next(item(51))
    await timers.advance(200)
    expect(log).toEqual(['c1', 'read RETENTION', 'done', 'c51'])
    last().end(1006)
    await timers.advance(1_000)
    last().accept()
    expect(last().positions).toEqual(['c51'])
  })

  it('begin behind the state that is read when the server no longer knows the cursor', async () => {
    const { timers, follow, last } = setUp()
    const { seen, states } = await follow({ onResync: ({ reason }) => (reason === 'RESTORED' ? 'c7' : undefined) })
    last().accept()
    last().next(item(20))
    last().end(1006)
    await timers.advance(1_000)
    last().accept()
    last().refuse('INVALID_CURSOR')
    await timers.advance(0)
    expect(last().positions).toEqual(['c20', undefined, 'c7'])
    // After a restoration the cursors are used again.
    last().next(item(20))
    await timers.advance(0)
    expect(seen).toEqual(['c20', 'c20'])
    // The first cursor is a mistake of the caller.
    const wrong = await follow({ hash: 'wrong', after: 'nonsense' })
    last().refuse('INVALID_CURSOR')
    expect(wrong.states.at(-1)).toMatchObject({ state: 'ended', reason: 'refused', error: { code: 'INVALID_CURSOR' } })
    expect(states.at(-1)).toMatchObject({ state: 'live' })
  })

  it('end when the caller has no access, and are requested again when the server is unavailable', async () => {
    const { timers, follow, last, sockets } = setUp()
    const one = await follow()
    const two = await follow({ hash: 'two' })
    last().accept()
    last().refuse('NOT_FOUND')
    expect(two.states.at(-1)).toMatchObject({ state: 'ended', reason: 'refused', error: { code: 'NOT_FOUND' } })
    last().receive({ type: 'error', id: '1', payload: [{ message: 'x', extensions: { code: 'UNAVAILABLE' } }] })
    expect(one.states.at(-1)).toMatchObject({ state: 'waiting', error: { code: 'UNAVAILABLE' } })
    await timers.advance(300)
    expect(last().subscribed).toHaveLength(3)
    expect(sockets).toHaveLength(1)
    last().receive({ type: 'complete', id: '3' })
    expect(one.states.at(-1)).toMatchObject({ state: 'ended', reason: 'completed' })
  })

  it('end with the error of a callback, because later ones would be out of order', async () => {
    const { timers, follow, last } = setUp()
    const { states, seen } = await follow({
      onItem: () => {
        throw new Error('cannot render')
      },
    })
    last().accept()
    last().next(item(1))
    last().next(item(2))
    await timers.advance(0)
    expect(states.at(-1)).toMatchObject({
      state: 'ended',
      reason: 'error',
      error: { message: expect.stringContaining('cannot render') as string },
    })
    expect(seen).toEqual(['c1'])
  })

  it('are iterated until the loop is left, the signal aborts or the stream ends', async () => {
    const { client, timers, last } = setUp()
    const read = async (count: number, signal?: AbortSignal) => {
      const cursors: string[] = []
      for await (const { cursor } of client.stream(COMMANDS, { hash: 'h' }, { after: 'c0', signal })) {
        cursors.push(cursor)
        if (cursors.length === count) break
      }
      return cursors
    }
    const left = read(2)
    await timers.advance(0)
    last().accept()
    for (const n of [1, 2, 3]) last().next(item(n))
    await timers.advance(10)
    expect(await left).toEqual(['c1', 'c2'])
    const abort = new AbortController()
    const aborted = read(2, abort.signal).catch((error: unknown) => error)
    await timers.advance(10)
    abort.abort(new Error('left the page'))
    expect(await aborted).toMatchObject({ message: 'left the page' })
    const before: string[] = []
    const ended = (async () => {
      for await (const { cursor } of client.stream(COMMANDS, { hash: 'h' }, { after: 'c0' })) before.push(cursor)
    })().catch((error: unknown) => error)
    await timers.advance(10)
    last().accept()
    for (const n of [1, 2, 3]) last().next(item(n))
    last().refuse('FORBIDDEN')
    expect(await ended).toMatchObject({ code: 'FORBIDDEN' })
    expect(before).toEqual(['c1', 'c2', 'c3'])
    const closed = read(2).catch((error: unknown) => error)
    await timers.advance(10)
    client.close()
    expect(await closed).toMatchObject({ code: 'CLOSED' })
    await expect(read(1)).rejects.toMatchObject({ code: 'CLOSED' })
  })

  it('need documents that can continue after an interruption', async () => {
    const { client } = setUp()
    for (const [body, problem] of [
      ['subscription { commandStatus(deploymentId: "h") { __typename cursor } }', /declare \$after/],
      [
        'subscription ($after: String) { commandStatus(deploymentId: "h", after: $after) { __typename } }',
        /select cursor/,
      ],
      [
        'subscription ($after: String) { commandStatus(deploymentId: "h", after: $after) { cursor } }',
        /select __typename/,
      ],
      ['{ plans { code } }', /Streams need a subscription/],
    ] as const)
      await expect(client.follow(text<Record<string, unknown>>(body), {}, { onItem: () => undefined })).rejects.toThrow(
        problem,
      )
    await expect(client.request(COMMANDS, { hash: 'h' })).rejects.toThrow(/Follow subscriptions with stream/)
    const follow = { onItem: () => undefined }
    await expect(client.follow(COMMANDS, { hash: 1n as unknown as string }, follow)).rejects.toMatchObject({
      code: 'CONFIGURATION',
      message: expect.stringContaining('The variables of Commands cannot be sent as JSON') as string,
    })
  })
})
