import { setImmediate as turn } from 'node:timers/promises'
import { EventStream, graphqlEvents } from '#edge/sse/event-stream.js'
import type { StreamedResult } from '#edge/graphql/subscription-stream.js'
import { createVirtualTimers } from '#test/support/virtual-timers.js'

const BEAT = 12_000

/** A source of large results that counts how many were requested, and whether it was stopped. */
function source(results = Infinity, fails = false) {
  const state = { requested: 0, stopped: false }
  const iterator = (async function* (): AsyncGenerator<StreamedResult, void, void> {
    while (state.requested < results) {
      state.requested += 1
      yield { result: { data: { text: 'x'.repeat(10_000) } }, cursor: `c${state.requested}` }
    }
    if (fails) throw new Error('password=hunter2')
  })()
  const end = iterator.return.bind(iterator)
  iterator.return = (value) => {
    state.stopped = true
    return end(value)
  }
  return { state, iterator }
}

function open(results?: number, fails?: boolean, own: { position?: string; pollMilliseconds?: number } = {}) {
  const timers = createVirtualTimers()
  const { state, iterator } = source(results, fails)
  const stream = new EventStream(iterator, {
    timers,
    keepAliveMilliseconds: BEAT,
    position: own.position ?? null,
    pollMilliseconds: own.pollMilliseconds ?? null,
    format: graphqlEvents(() => ({ errors: [] })),
  })
  stream.setEncoding('utf8')
  return { timers, state, stream }
}

const turns = async () => {
  for (let count = 0; count < 20; count++) await turn()
}

describe('Body of an event stream', () => {
  it('writes each result with its cursor as ID, and `complete` at the end', async () => {
    const { stream, state, timers } = open(2)
    let text = ''
    for await (const chunk of stream) text += chunk as string
    const data = `data: {"data":{"text":"${'x'.repeat(10_000)}"}}\n\n`
    expect(text).toBe(`:\n\nevent: next\nid: c1\n${data}event: next\nid: c2\n${data}event: complete\ndata:\n\n`)
    expect(state.stopped).toBe(true)
    expect(timers.pending).toBe(0)
  })

  it('asks for no more results than the client reads', async () => {
    const { stream, state } = open()
    stream.read(0)
    await turns()
    const before = state.requested
    expect(before).toBeLessThan(10)
    await turns()
    expect(state.requested).toBe(before)
    while (stream.read() !== null);
    await turns()
    expect(state.requested).toBeGreaterThan(before)
    stream.destroy()
  })

  it('drops a client that has read nothing between two beats, and stops the source', async () => {
    const { stream, state, timers } = open()
    stream.read(0)
    await turns()
    await timers.advance(BEAT)
    expect(stream.destroyed).toBe(false)
    await timers.advance(BEAT)
    expect(stream.destroyed).toBe(true)
    expect(state.stopped).toBe(true)
    expect(timers.pending).toBe(0)
  })

  it('keeps a client that reads slowly', async () => {
    const { stream, timers } = open()
    for (let beat = 0; beat < 5; beat++) {
      stream.read()
      await turns()
      await timers.advance(BEAT)
    }
    expect(stream.destroyed).toBe(false)
    stream.destroy()
  })

  it('presents the error of a source, and completes', async () => {
    const { stream } = open(0, true)
    let text = ''
    for await (const chunk of stream) text += chunk as string
    expect(text).toBe(`:\n\nevent: next\ndata: {"errors":[]}\n\nevent: complete\ndata:\n\n`)
  })

  it('ends without `complete` when it is cut', async () => {
    const { stream, state } = open()
    stream.read(0)
    await turns()
    stream.cut()
    let text = ''
    for await (const chunk of stream) text += chunk as string
    expect(text).toContain('id: c1')
    expect(text).not.toContain('complete')
    expect(state.stopped).toBe(true)
  })

  it('begins with its position, if the client does not have it', async () => {
    const { stream } = open(0, false, { position: 'c0' })
    let text = ''
    for await (const chunk of stream) text += chunk as string
    expect(text).toBe(':\nid: c0\n\nevent: complete\ndata:\n\n')
  })

  it('ends a poll shortly after its first event, without `complete`', async () => {
    const { stream, state, timers } = open(Infinity, false, { pollMilliseconds: 10_000 })
    stream.read(0)
    await turns()
    await timers.advance(101)
    let text = ''
    for await (const chunk of stream) text += chunk as string
    expect(text).toContain('id: c1')
    expect(text).not.toContain('complete')
    expect([state.stopped, timers.pending]).toEqual([true, 0])
  })

  it.each([
    [0, 100],
    [10_000, 10_000],
    [60_000, BEAT],
  ])('ends a poll of %d ms without events after %d ms', async (pollMilliseconds, expected) => {
    const timers = createVirtualTimers()
    const waiting = { next: () => new Promise(() => undefined), return: () => Promise.resolve({ done: true }) }
    const stream = new EventStream(waiting as never, {
      timers,
      keepAliveMilliseconds: BEAT,
      position: null,
      pollMilliseconds,
      format: graphqlEvents(() => ({ errors: [] })),
    })
    stream.resume()
    await timers.advance(expected - 1)
    expect(stream.readableEnded).toBe(false)
    await timers.advance(1)
    await turns()
    expect(stream.readableEnded).toBe(true)
  })
})
