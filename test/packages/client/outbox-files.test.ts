import { spawn } from 'node:child_process'
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createUsageOutbox,
  UsageOutboxError,
  type RejectedRecord,
  type UsageOutbox,
  type UsageOutboxOptions,
} from '@stackgate/client/usage-outbox'
import { eventually } from '#test/support/test-server.js'

interface Sent {
  readonly accountId: string
  readonly feature: string
  readonly amount: number
  readonly at?: string
  readonly key: string
}

type Answer = (events: readonly Sent[]) => Response | Promise<Response>

const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })

/** A server that counts each key once, unless another answer is set. */
class Ledger {
  readonly counted = new Map<string, Sent>()
  readonly requests: (readonly Sent[])[] = []
  answer: Answer | undefined
  /** Code with which a record is rejected. */
  refuse: (event: Sent) => string | undefined = () => undefined

  readonly fetch = async (_url: string, { body }: RequestInit): Promise<Response> => {
    const { variables } = JSON.parse(body as string) as { variables: { events: Sent[] } }
    const { events } = variables
    this.requests.push(events)
    return this.answer ? this.answer(events) : this.count(events)
  }

  count(events: readonly Sent[]): Response {
    let accepted = 0
    const rejected: object[] = []
    for (const [index, event] of events.entries()) {
      const code = this.refuse(event)
      if (code) rejected.push({ index, code, message: `Refused: ${code}.` })
      else if (!this.counted.has(event.key)) {
        this.counted.set(event.key, event)
        accepted++
      }
    }
    const duplicates = events.length - accepted - rejected.length
    return json({
      data: { recordUsage: { acceptedCount: accepted, duplicateCount: duplicates, rejected, denial: null } },
    })
  }
}

/** Records stay in one file until a flush, also on a slow disk. */
const NEVER_MS = 3_600_000

const failure = (code: string, status = 200) =>
  json({ errors: [{ message: code, extensions: { code } }], ...(status === 200 ? { data: null } : {}) }, status)

describe('outbox for usage', () => {
  let folder: string
  let ledger: Ledger
  const opened: UsageOutbox[] = []
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'usage-outbox-'))
    ledger = new Ledger()
  })
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((outbox) => outbox.close()))
    rmSync(folder, { recursive: true, force: true })
  })

  const open = async (options: Partial<UsageOutboxOptions> = {}) => {
    const outbox = await createUsageOutbox({
      folder,
      url: 'http://stackgate.invalid/graphql',
      key: 'sgk_test',
      deliverEveryMs: 5,
      fetch: ledger.fetch,
      ...options,
    })
    opened.push(outbox)
    return outbox
  }
  const use = (key?: string, amount = 1) => ({
    accountId: 'person:ann@example.com',
    feature: 'ai_stories',
    amount,
    ...(key ? { key } : {}),
  })
  const segments = () => readdirSync(folder).filter((name) => name.endsWith('.usage'))
  const rejectedLines = () =>
    readFileSync(join(folder, 'rejected.ndjson'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { code: string; record?: Sent })
  const code = (run: Promise<unknown>) =>
    run.then(
      () => 'fulfilled',
      (error: UsageOutboxError) => error.code,
    )

  it('stores a record before it resolves, delivers it, and deletes the file', async () => {
    ledger.answer = () => failure('UNAVAILABLE', 503)
    const outbox = await open()
    const { key } = await outbox.record(use(undefined, 3))
    const stored = segments().map((name) => readFileSync(join(folder, name), 'utf8'))
    expect(stored.join('')).toContain(key)
    ledger.answer = undefined
    await outbox.flush()
    expect([...ledger.counted.values()]).toEqual([
      { accountId: 'person:ann@example.com', feature: 'ai_stories', amount: 3, key },
    ])
    expect([segments(), outbox.stats]).toMatchObject([[], { pending: 0, pendingBytes: 0, oldestAt: null, rejected: 0 }])
  })

  it('confirms concurrent records with few syncs', async () => {
    const outbox = await open()
    await Promise.all(Array.from({ length: 2000 }, (_, index) => outbox.record(use(`k-${index}`))))
    expect(outbox.stats.syncs).toBeLessThan(100)
    await outbox.flush()
    expect(ledger.counted.size).toBe(2000)
    expect(Math.max(...ledger.requests.map((events) => events.length))).toBeLessThanOrEqual(500)
  })

  it('delivers what an earlier process left, and ignores the end of an interrupted write', async () => {
    const first = await open({ deliverEveryMs: NEVER_MS })
    await first.record(use('kept-1'))
    await first.record(use('kept-2'))
    await first.close()
    const [name] = segments()
    appendFileSync(join(folder, name!), readFileSync(join(folder, name!)).subarray(0, 40))
    ledger.answer = undefined
    const second = await open()
    await second.flush()
    expect([...ledger.counted.keys()]).toEqual(['kept-1', 'kept-2'])
    expect(second.stats).toMatchObject({ delivered: 2, rejected: 0 })
  })

  it('reports a record whose checksum is wrong, and delivers the others', async () => {
    const first = await open({ deliverEveryMs: NEVER_MS })
    for (const key of ['a', 'b', 'c']) await first.record(use(key))
    await first.close()
    const path = join(folder, segments()[0]!)
    writeFileSync(path, readFileSync(path, 'utf8').replace('"b"', '"x"'))
    ledger.answer = undefined
    const rejected: RejectedRecord[] = []
    const second = await open({ onRejected: (each) => void rejected.push(each) })
    await second.flush()
    expect([...ledger.counted.keys()]).toEqual(['a', 'c'])
    expect([rejected.map((each) => each.code), rejectedLines().map((line) => line.code)]).toEqual([
      ['DAMAGED'],
      ['DAMAGED'],
    ])
  })

  it('sends the same keys again until an answer arrives, over every failure of a server or proxy', async () => {
    const failures: Answer[] = [
      () => Promise.reject(new TypeError('fetch failed')),
      () => failure('INTERNAL', 500),
      () => new Response('<html>Bad gateway</html>', { status: 502, headers: { 'content-type': 'text/html' } }),
      () => json({ code: 'RATE_LIMITED', message: 'Slow down.' }, 429, { 'retry-after': '1' }),
      () => new Response('<html>Away</html>', { status: 503, headers: { 'retry-after': '1' } }),
      () => new Response('<html>Welcome</html>', { headers: { 'content-type': 'text/html' } }),
      // A connection that is silent, and one whose body never ends.
      () => new Promise(() => undefined),
      () => new Response(new ReadableStream(), { headers: { 'content-type': 'application/json' } }),
      () => new Response('{"data":{"recordUsage', { headers: { 'content-type': 'application/json' } }),
      // The result of another request.
      () => json({ data: { recordUsage: { acceptedCount: 1, duplicateCount: 0, rejected: [], denial: null } } }),
      () => json({ data: { recordUsage: null }, errors: [null] }),
      () => new Response(null, { status: 302, headers: { location: 'https://login.example/' } }),
      () => failure('UNAUTHENTICATED', 401),
      // The usage is counted, and the answer is lost.
      (events) => Promise.reject(ledger.count(events)),
    ]
    ledger.answer = (events) => (failures.shift() ?? ((all) => ledger.count(all)))(events)
    const errors: string[] = []
    const count = failures.length
    // Waits after failures grow to 30 seconds: here they pass faster.
    const timers = {
      now: () => Date.now(),
      setTimeout: (callback: () => void, milliseconds: number) => setTimeout(callback, milliseconds / 50),
      clearTimeout: (timer: unknown) => clearTimeout(timer as NodeJS.Timeout),
    }
    const outbox = await open({ onError: (error) => void errors.push(error.message), timers, timeoutMs: 5_000 })
    await Promise.all([outbox.record(use('a')), outbox.record(use('b'))])
    await outbox.flush({ timeoutMs: 3_000_000 })
    expect([...ledger.counted.keys()].toSorted()).toEqual(['a', 'b'])
    expect(outbox.stats).toMatchObject({ pending: 0, duplicates: 2, rejected: 0, lastError: null })
    // After an error of the server the two records are sent one by one, with one more response for each.
    expect(errors.length).toBeGreaterThanOrEqual(count - 4)
  })

  it('writes rejected records to a file, reports each once, and does not send them after a crash', async () => {
    ledger.refuse = ({ key }) => (key.startsWith('bad') ? 'QUOTA_EXCEEDED' : undefined)
    const rejected: RejectedRecord[] = []
    const first = await open({ onRejected: (each) => void rejected.push(each), batchSize: 2, deliverEveryMs: NEVER_MS })
    const keys = ['good-1', 'bad-1', 'good-2', 'bad-2', 'good-3']
    // The last request of the segment fails, so that its file stays.
    ledger.answer = (events) =>
      events.some((each) => each.key === 'good-3') ? failure('UNAVAILABLE', 503) : ledger.count(events)
    await Promise.all(keys.map((key) => first.record(use(key))))
    expect(await code(first.flush({ timeoutMs: 300 }))).toBe('TIMEOUT')
    await eventually(
      () => rejected.length,
      (count) => count === 2,
    )
    await first.close()
    expect(rejected.map((each) => [each.code, each.record!.key])).toEqual([
      ['QUOTA_EXCEEDED', 'bad-1'],
      ['QUOTA_EXCEEDED', 'bad-2'],
    ])
    ledger.answer = undefined
    ledger.refuse = () => undefined
    const second = await open({ onRejected: (each) => void rejected.push(each) })
    await second.flush()
    expect([...ledger.counted.keys()].toSorted()).toEqual(['good-1', 'good-2', 'good-3'])
    expect([rejected.length, rejectedLines().map((line) => line.record!.key)]).toEqual([2, ['bad-1', 'bad-2']])
  })

  it('finds the record that makes a request fail, and delivers the others', async () => {
    ledger.answer = (events) =>
      events.some((each) => each.accountId === 'acc_gone') ? failure('NOT_FOUND') : ledger.count(events)
    const rejected: RejectedRecord[] = []
    const outbox = await open({ onRejected: (each) => void rejected.push(each) })
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        outbox.record({ ...use(`k-${index}`), ...(index === 7 ? { accountId: 'acc_gone' } : {}) }),
      ),
    )
    await outbox.flush()
    expect([ledger.counted.size, rejected.map((each) => [each.code, each.record!.key])]).toEqual([
      19,
      [['NOT_FOUND', 'k-7']],
    ])
  })

  it('sends a time that the server calls invalid again while the clocks can differ', async () => {
    const isEarly = { value: true }
    ledger.refuse = ({ at }) => (at && isEarly.value ? 'INVALID_PARAMETERS' : undefined)
    const outbox = await open({ maxClockSkewMs: 60_000 })
    const old = new Date(Date.now() - 3_600_000)
    await outbox.record({ ...use('ahead'), at: new Date(Date.now() + 1000) })
    await outbox.record({ ...use('old'), at: old })
    await outbox.record(use('none'))
    const flushed = outbox.flush()
    await eventually(
      () => ledger.counted.has('none') && outbox.stats.rejected === 1,
      (isSent) => isSent,
    )
    isEarly.value = false
    await flushed
    expect([...ledger.counted.keys()]).toEqual(['none', 'ahead'])
    expect([outbox.stats.rejected, rejectedLines().map((line) => line.record!.key)]).toEqual([1, ['old']])
  })

  it('delivers within a second after an outage while someone waits for it', async () => {
    ledger.answer = () => failure('UNAVAILABLE', 503)
    const waits: number[] = []
    const TIMEOUTS = [1_000_000, 2_000_000]
    const longTimers = new Map<number, () => void>()
    // Without jitter. Short waits pass a thousand times faster, and others when the test says.
    const timers = {
      now: () => Date.now(),
      setTimeout: (callback: () => void, milliseconds: number) => {
        // Longer timers are those of requests and calls.
        if (milliseconds <= 30_000) waits.push(milliseconds)
        if (milliseconds < 30_000) return setTimeout(callback, milliseconds / 1000)
        return void longTimers.set(milliseconds, callback)
      },
      clearTimeout: (timer: unknown) => clearTimeout(timer as NodeJS.Timeout),
      random: () => 1,
    }
    const untilWaitIs = (milliseconds: number): Promise<number | undefined> =>
      eventually(
        () => waits.at(-1),
        (wait) => wait === milliseconds,
      )
    const outbox = await open({ timers, timeoutMs: 40_000 })
    await outbox.record(use('a'))
    await untilWaitIs(30_000)
    const flushes = TIMEOUTS.map((timeoutMs) => code(outbox.flush({ timeoutMs })))
    waits.length = 0
    await eventually(
      () => waits.length,
      (count) => count > 8,
    )
    longTimers.get(TIMEOUTS[0]!)!()
    expect(await flushes[0]).toBe('TIMEOUT')
    // The first one is the attempt at once.
    expect([waits[0], Math.max(...waits)]).toEqual([0, 1_000])
    ledger.answer = undefined
    expect([await flushes[1], [...ledger.counted.keys()]]).toEqual(['fulfilled', ['a']])
    ledger.answer = () => failure('UNAVAILABLE', 503)
    await outbox.record(use('b'))
    const late = code(outbox.flush({ timeoutMs: TIMEOUTS[0]! }))
    await untilWaitIs(1_000)
    longTimers.get(TIMEOUTS[0]!)!()
    expect(await late).toBe('TIMEOUT')
    // After the timeout the waits are long again.
    await untilWaitIs(30_000)
  })

  it('rejects records beyond its size, and accepts them again after a delivery', async () => {
    ledger.answer = () => failure('UNAVAILABLE', 503)
    const outbox = await open({ maxBytes: 2000 })
    const outcomes: string[] = []
    for (let index = 0; index < 20; index++) outcomes.push(await code(outbox.record(use(`k-${index}`))))
    const stored = outcomes.filter((each) => each === 'fulfilled').length
    expect([stored > 5, outcomes.at(-1)]).toEqual([true, 'FULL'])
    ledger.answer = undefined
    await outbox.flush()
    expect([ledger.counted.size, await code(outbox.record(use('later')))]).toEqual([stored, 'fulfilled'])
  })

  it.each([
    ['an amount of zero', { amount: 0 }],
    ['a fraction', { amount: 1.5 }],
    ['no account', { accountId: '' }],
    ['no feature', { feature: '' }],
    ['a key with a space', { key: 'a b' }],
    ['an invalid time', { at: new Date('never') }],
  ])('rejects %s at once', async (_name, change) => {
    const outbox = await open()
    expect(await code(outbox.record({ ...use(), ...change }))).toBe('INVALID')
  })

  it('belongs to one process, and to the next one when that ended', async () => {
    const outbox = await open()
    expect(await code(createUsageOutbox({ folder, url: 'http://stackgate.invalid', key: 'k' }))).toBe('LOCKED')
    await outbox.close()
    expect(await code(outbox.record(use()))).toBe('CLOSED')
    // A lock of a process that was killed.
    const dead = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const space = `${boot} ${readlinkSync('/proc/self/ns/pid')}`
    writeFileSync(join(folder, 'lock'), JSON.stringify({ id: 'other', pid: dead.pid, startedAt: 'unknown', space }))
    dead.kill('SIGKILL')
    await new Promise((ended) => dead.once('exit', ended))
    const again = await open()
    await again.record(use('after'))
    await again.flush()
    expect([...ledger.counted.keys()]).toEqual(['after'])
  })

  it('waits for a process of another container, and replaces its lock when it is silent', async () => {
    const path = join(folder, 'lock')
    const content = JSON.stringify({ id: 'other', pid: 1, startedAt: '', space: 'another container' })
    writeFileSync(path, content)
    const beats = setInterval(() => utimesSync(path, new Date(), new Date()), 200)
    expect(await code(createUsageOutbox({ folder, url: 'http://stackgate.invalid', key: 'k' }))).toBe('LOCKED')
    clearInterval(beats)
    // Its clock is an hour ahead. Only that it is silent shows that it is dead.
    const ahead = new Date(Date.now() + 3_600_000)
    utimesSync(path, ahead, ahead)
    const beganAt = performance.now()
    const outbox = await open()
    expect(performance.now() - beganAt).toBeGreaterThan(15_000)
    await outbox.close()
    writeFileSync(path, content)
    const longAgo = new Date(Date.now() - 301_000)
    utimesSync(path, longAgo, longAgo)
    const again = await open()
    await again.record(use('after'))
    await again.flush()
    expect([...ledger.counted.keys()]).toEqual(['after'])
  })

  it('writes nothing when another process has replaced its lock', async () => {
    const outbox = await open()
    await outbox.record(use('before'))
    writeFileSync(
      join(folder, 'lock'),
      JSON.stringify({ id: 'other', pid: 1, startedAt: '', space: 'another container' }),
    )
    // The next sign of life finds it.
    await eventually(
      () => code(outbox.record(use())),
      (outcome) => outcome === 'LOCKED',
    )
    expect(await code(outbox.record(use('later')))).toBe('LOCKED')
  })

  it('has figures of the records on disk and the age of the oldest', async () => {
    ledger.answer = () => failure('UNAVAILABLE', 503)
    const first = await open()
    const before = Date.now()
    await first.record(use('a'))
    await first.record(use('b'))
    expect(await code(first.flush({ timeoutMs: 200 }))).toBe('TIMEOUT')
    await eventually(
      () => first.stats.lastError,
      (error) => error !== null,
    )
    expect(first.stats).toMatchObject({ pending: 2, delivered: 0, lastError: { code: 'UNAVAILABLE' } })
    await first.close()
    const second = await open()
    expect(second.stats.pending).toBe(2)
    expect(second.stats.oldestAt!.getTime()).toBeGreaterThanOrEqual(before)
  })
})
