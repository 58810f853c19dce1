import { createEntitlements, type EntitlementWatch, type WatchOptions } from '@stackgate/client/entitlements'
import { eventually } from '#test/support/test-server.js'
import { patientNow } from '#test/support/patience.js'
import { json } from './fake-fetch.js'

const pause = (milliseconds: number) => new Promise((wake) => setTimeout(wake, milliseconds))

const fields = (revision: number, used: number) => ({
  feature: { code: 'ai_stories', kind: 'QUOTA' },
  granted: true,
  unlimited: false,
  limit: 100,
  used,
  reserved: 0,
  remaining: 100 - used,
  resetsAt: null,
  percent: used,
  nearLimit: false,
  revision,
  sources: [],
})

/** Response to a read of the state. */
const state = (revision: number, used: number) =>
  json({ data: { account: { cursor: `c${revision}`, revision, usage: { entitlements: [fields(revision, used)] } } } })

const page = (status: number, headers: Record<string, string> = {}) =>
  new Response('<!doctype html><title>Proxy</title>', { status, headers: { 'content-type': 'text/html', ...headers } })

type Read = (index: number) => Response | Promise<Response>

/** The response to a request with so many reads: on a busy machine the client sends two together. */
async function forEach(count: number, response: Response): Promise<Response> {
  const [type] = (response.headers.get('content-type') ?? '').split(';')
  if (count === 1 || !response.ok || type !== 'application/json') return response
  const text = await response.text()
  return new Response(`[${Array.from({ length: count }, () => text).join()}]`, response)
}

/** A watch of a server that the test plays. `aheadMs` moves the clock of the machine. */
function open(options: WatchOptions, read: Read) {
  const clock = { aheadMs: 0 }
  /** Times of the reads. */
  const reads: number[] = []
  let events: ReadableStreamDefaultController<Uint8Array> | undefined
  const entitlements = createEntitlements({
    url: 'http://stackgate.invalid',
    key: 'sgk_test',
    transport: 'sse',
    timers: {
      now: () => Date.now() + clock.aheadMs,
      setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds),
      clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
    },
    fetch: async (_, { headers, body: sent }) => {
      if ((headers as Record<string, string>)['accept'] !== 'text/event-stream') {
        const operations = JSON.parse(sent as string) as unknown
        reads.push(performance.now())
        return forEach(Array.isArray(operations) ? operations.length : 1, await read(reads.length - 1))
      }
      const body = new ReadableStream<Uint8Array>({ start: (controller) => void (events = controller) })
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    },
  })
  const watch = entitlements.watch('acc_1', options)
  const send = async (revision: number, used: number) => {
    await eventually(
      () => events,
      (opened) => opened !== undefined,
    )
    const entitlementsItem = {
      __typename: 'EntitlementsChanged',
      cursor: `c${revision}`,
      entitlements: [fields(revision, used)],
    }
    const text = `event: next\ndata: ${JSON.stringify({ data: { entitlements: entitlementsItem } })}\n\n`
    events!.enqueue(new TextEncoder().encode(text))
  }
  return { watch, clock, reads, send, close: () => entitlements.close() }
}

const usedIn = (watch: EntitlementWatch) => watch.entitlement('ai_stories')?.used

describe('local checks with a hostile server or network', () => {
  it.each<[string, () => Response | Promise<Response>, isLimited?: boolean]>([
    ['429 with Retry-After', () => json({ code: 'RATE_LIMITED', message: 'Slow.' }, 429, { 'retry-after': '1' }), true],
    ['503 with Retry-After', () => page(503, { 'retry-after': '1' }), true],
    ['an HTML page', () => page(200)],
    ['half of a result', () => new Response('{"data":{"acc', { headers: { 'content-type': 'application/json' } })],
    ['the result of another request', () => json({ data: { plans: [] } })],
    ['a connection that stays silent', () => new Promise(() => undefined)],
    ['a connection that is cut', () => Promise.reject(new TypeError('terminated'))],
  ])('answer by the policy while there is %s, and from memory after it', async (_name, failure, isLimited = false) => {
    let isWrong = false
    let first = -1
    const maxAgeMs = 300
    const { watch, reads, close } = open({ maxAgeMs, whenStale: 'deny' }, (index) => {
      if (!isWrong) return state(1, 7)
      if (first < 0) first = index
      return failure()
    })
    await watch.ready
    await eventually(
      () => watch.peek('ai_stories', 93)!,
      ({ allowed, decidedBy }) => allowed && decidedBy === 'memory',
    )
    isWrong = true
    await eventually(
      () => watch.peek('ai_stories')!,
      ({ decidedBy, ageMs }) => {
        expect([decidedBy, decidedBy === 'policy' || ageMs <= maxAgeMs]).toEqual([decidedBy, true])
        return decidedBy === 'policy' && first >= 0
      },
    )
    expect(watch.peek('ai_stories')).toMatchObject({ allowed: false, reason: 'stale', revision: null })
    isWrong = false
    await eventually(
      () => watch.peek('ai_stories')!.decidedBy,
      (by) => by === 'memory',
    )
    // The server stated the time until the next read, of which there are ten in a second otherwise.
    if (isLimited) expect(reads.filter((at) => at > reads[first]! && at < reads[first]! + 900).length).toBeLessThan(3)
    close()
  })

  it('keep the state of the read that was sent last, although an earlier one is answered after it', async () => {
    const answered: number[] = []
    const { watch, close } = open({ maxAgeMs: 3_000 }, async (index) => {
      if (index === 1) await eventually(() => answered.includes(2), Boolean)
      answered.push(index)
      return index === 0 ? state(1, 1) : index === 1 ? state(2, 2) : state(3, 3)
    })
    await watch.ready
    await eventually(
      () => answered,
      (all) => all.includes(1) && all.includes(2),
    )
    expect(answered.indexOf(2)).toBeLessThan(answered.indexOf(1))
    await eventually(
      () => watch.revision,
      (revision) => revision === 3,
    )
    await pause(20)
    expect([usedIn(watch), watch.revision]).toEqual([3, 3])
    close()
  })

  it('keep the latest of changes that come twice and in another order, also against a read from before', async () => {
    const { watch, send, close } = open({ maxAgeMs: 600_000 }, () => state(2, 2))
    await watch.ready
    for (const revision of [5, 3, 5, 1, 4, 3]) await send(revision, revision)
    await send(6, 6)
    await eventually(
      () => watch.revision,
      (revision) => revision === 6,
    )
    expect(usedIn(watch)).toBe(6)
    await send(4, 4)
    await pause(50)
    expect([usedIn(watch), watch.peek('ai_stories', 94)!.allowed, watch.revision]).toEqual([6, true, 6])
    close()
  })

  it.each([-3_600_000, 3_600_000])('are as old as they are although the clock is set by %d ms', async (aheadMs) => {
    let isSilent = false
    const maxAgeMs = 2_000
    const { watch, clock, close } = open({ maxAgeMs, whenStale: 'deny' }, () =>
      isSilent ? new Promise(() => undefined) : state(1, 1),
    )
    await watch.ready
    await eventually(
      () => watch.peek('ai_stories')!.decidedBy,
      (by) => by === 'memory',
    )
    clock.aheadMs = aheadMs
    const answer = watch.peek('ai_stories')!
    // Ahead, the machine can have slept: the policy answers. Back, the other clock still knows the age.
    expect([answer.decidedBy, answer.ageMs >= 0]).toEqual([aheadMs > 0 ? 'policy' : 'memory', true])
    await eventually(
      () => watch.peek('ai_stories')!.decidedBy,
      (by) => by === 'memory',
    )
    isSilent = true
    const silentAt = patientNow()
    await eventually(
      () => watch.peek('ai_stories')!.decidedBy,
      (by) => by === 'policy',
    )
    // Long before the hour by which the clock is wrong.
    expect(patientNow() - silentAt).toBeLessThan(60_000)
    close()
  })
})
