import type { Stackgate, StackgateError, StackgateOptions } from '@stackgate/client'
import { createVirtualTimers, type VirtualTimers } from '#test/support/virtual-timers.js'
import { failed, fakeFetch, json, type Respond, type SentRequest } from './fake-fetch.js'
import { clientOf, text } from './support.js'

const PLANS = text<{ plans: unknown[] }>('query Plans { plans { code } }')
const RENAME = text<{ start: unknown }, { name: string }>(
  'mutation Rename($name: String!) { start: updateAccount(name: $name) { denial { code } } }',
)
const START = text<{ start: unknown }, { input: { plan: string }; key: string }>(
  'mutation Start($input: StartSubscriptionInput!, $key: String!) { start: startSubscription(input: $input, key: $key) { denial { code } } }',
)
const OK = { data: { plans: [], start: null } }

const html = (status: number, headers: Record<string, string>) => new Response('<html></html>', { status, headers })

interface Setup {
  readonly client: Stackgate
  readonly timers: VirtualTimers
  readonly sent: SentRequest[]
  /** Times of the requests, from the first, in milliseconds. */
  readonly times: () => number[]
}

/** A client whose jitter is always half of what it can be. */
function setUp(respond: Respond, options: Partial<StackgateOptions> = {}): Setup {
  const virtual = createVirtualTimers()
  const timers = Object.assign(virtual, { random: () => 0.5 })
  const { fetch, sent } = fakeFetch(() => virtual.now(), respond)
  const client = clientOf('https://stackgate.example.com', { fetch, timers, batch: false, ...options })
  return { client, timers, sent, times: () => sent.map(({ at }) => at - sent[0]!.at) }
}

/** The result or error of a request, after time has passed. */
async function outcome<Result>(
  timers: VirtualTimers,
  pending: Promise<Result>,
  milliseconds: number,
): Promise<unknown> {
  const done = pending.catch((error: unknown) => error)
  await timers.advance(milliseconds)
  return done
}

describe('Repetition of requests', () => {
  it('repeats a query after interruptions with increasing waits, at most three times', async () => {
    const { client, timers, times } = setUp(() => Promise.reject(new TypeError('fetch failed')))
    const error = await outcome(timers, client.request(PLANS), 60_000)
    expect(error).toMatchObject({ code: 'NETWORK' })
    expect(times()).toEqual([0, 150, 450, 1_050])
  })

  it('waits as long as Retry-After says, in seconds, by extension, or until a date of the clock of the server', async () => {
    const responses = [
      html(503, { 'retry-after': '2' }),
      // The clock of the server is years ahead of that of the client.
      html(429, { date: 'Fri, 01 Jan 2038 00:00:00 GMT', 'retry-after': 'Fri, 01 Jan 2038 00:00:05 GMT' }),
      json({ errors: [{ message: 'Wait.', extensions: { code: 'RATE_LIMITED', retryAfterMs: 700 } }] }, 429),
      json(OK),
    ]
    const { client, timers, times } = setUp((_, index) => responses[index]!)
    expect(await outcome(timers, client.request(PLANS), 60_000)).toEqual(OK.data)
    expect(times()).toEqual([0, 2_150, 2_150 + 5_300, 2_150 + 5_300 + 1_300])
  })

  it('fails at once when the wait ends after the deadline, and says how long it is', async () => {
    const { client, timers, sent } = setUp(() => failed('RATE_LIMITED', 429, { 'retry-after': '3600' }))
    const error = await outcome(timers, client.request(PLANS), 1)
    expect(error).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 3_600_000, status: 429 })
    expect(sent).toHaveLength(1)
    // A timer of years would end at once.
    const years = setUp(() => failed('RATE_LIMITED', 429, { 'retry-after': '9'.repeat(400) }))
    expect(await outcome(years.timers, years.client.request(PLANS), 1)).toMatchObject({ retryAfterMs: 86_400_000 })
  })

  it('repeats a silent request, and ends all attempts at the deadline', async () => {
    const { client, timers, times } = setUp(() => new Promise(() => undefined), { retry: { deadlineMs: 30_000 } })
    const pending = client.request(PLANS, {}, { timeoutMs: 12_000 })
    const error = await outcome(timers, pending, 30_000)
    expect(error).toMatchObject({ name: 'NetworkError' })
    expect(times()).toEqual([0, 12_150, 24_450])
  })

  it('never repeats a mutation without a key, and repeats one with a key unchanged', async () => {
    const unkeyed = setUp(() => Promise.reject(new TypeError('fetch failed')))
    await outcome(unkeyed.timers, unkeyed.client.request(RENAME, { name: 'Crew' }, { key: 'not-declared' }), 60_000)
    expect(unkeyed.sent).toHaveLength(1)
    const keyed = setUp((_, index) => (index < 2 ? failed('UNAVAILABLE', 503) : json(OK)))
    const pending = keyed.client.request(START, { input: { plan: 'plus' } }, { key: 'key-1' })
    expect(await outcome(keyed.timers, pending, 60_000)).toEqual(OK.data)
    expect(keyed.sent.map(({ body }) => body)).toEqual(
      Array.from(
        { length: 3 },
        () => expect.objectContaining({ variables: { input: { plan: 'plus' }, key: 'key-1' } }) as object,
      ),
    )
  })

  it('gives a mutation without a key a new one, which its repetitions have', async () => {
    const { client, timers, sent } = setUp((_, index) => (index === 1 ? json(OK) : failed('UNAVAILABLE', 503)))
    await outcome(timers, client.request(START, { input: { plan: 'plus' } }), 60_000)
    await outcome(timers, client.request(START, { input: { plan: 'plus' } }), 60_000)
    const keys = sent.map(({ body }) => (body as { variables: { key: string } }).variables.key)
    expect([keys[0] === keys[1], keys[1] === keys[2], keys[2] === keys[3]]).toEqual([true, false, true])
  })

  it('does not repeat what cannot succeed, or partly succeeded', async () => {
    const responses = [
      failed('FORBIDDEN', 403),
      failed('INTERNAL', 500),
      json({ data: { a: null }, errors: [{ message: 'x', extensions: { code: 'UNAVAILABLE' } }] }),
    ]
    for (const response of responses) {
      const { client, timers, sent } = setUp(() => response.clone())
      await outcome(timers, client.request(PLANS), 60_000)
      expect(sent).toHaveLength(1)
    }
    const off = setUp(() => failed('UNAVAILABLE', 503), { retry: false })
    await outcome(off.timers, off.client.request(PLANS), 60_000)
    expect(off.sent).toHaveLength(1)
  })

  it('ends a wait when the caller aborts', async () => {
    const abort = new AbortController()
    const { client, timers, sent } = setUp(() => failed('UNAVAILABLE', 503, { 'retry-after': '30' }))
    const pending = client.request(PLANS, {}, { signal: abort.signal }).catch((error: unknown) => error)
    await timers.advance(10)
    abort.abort(new Error('left'))
    expect(await pending).toMatchObject({ message: 'left' })
    expect(sent).toHaveLength(1)
    expect(timers.pending).toBe(0)
  })
})

describe('Tokens of requests', () => {
  const accept =
    (valid: string): Respond =>
    ({ headers }) =>
      headers['authorization'] === `Bearer ${valid}` ? json(OK) : failed('TOKEN_EXPIRED', 401)

  it('renews a rejected token once for all requests of the moment, mutations included', async () => {
    const requests: boolean[] = []
    const { client, timers, sent } = setUp(accept('new'), {
      token: ({ rejected }) => {
        requests.push(rejected)
        return Promise.resolve(rejected || requests.includes(true) ? 'new' : 'old')
      },
    })
    const pending = Promise.all([
      client.request(PLANS),
      client.request(PLANS),
      client.request(START, { input: { plan: 'plus' } }),
    ])
    expect(await outcome(timers, pending, 100)).toEqual([OK.data, OK.data, OK.data])
    expect(requests.filter(Boolean)).toHaveLength(1)
    expect(sent).toHaveLength(6)
  })

  it('reports once that the user is signed out when the new token is rejected or the same', async () => {
    for (const renewed of ['other', 'old', null]) {
      const signedOut: string[] = []
      const { client, timers } = setUp(accept('new'), {
        token: ({ rejected }) => (rejected ? renewed : 'old'),
        onSignedOut: ({ code }) => signedOut.push(code),
      })
      const code = ({ code: found }: StackgateError) => found
      const pending = Promise.all([client.request(PLANS).catch(code), client.request(PLANS).catch(code)])
      expect(await outcome(timers, pending, 100)).toEqual(['TOKEN_EXPIRED', 'TOKEN_EXPIRED'])
      expect(signedOut).toEqual(['TOKEN_EXPIRED'])
    }
  })

  it('fails with an error of its own when a token cannot be obtained, and does not wait longer than the deadline', async () => {
    const failing = setUp(accept('new'), { token: () => Promise.reject(new Error('issuer is down')) })
    const error = await outcome(failing.timers, failing.client.request(PLANS), 0)
    expect(error).toMatchObject({ name: 'NetworkError', message: 'The token could not be obtained.' })
    const silent = setUp(accept('new'), { token: () => new Promise(() => undefined), retry: { deadlineMs: 5_000 } })
    expect(await outcome(silent.timers, silent.client.request(PLANS), 5_000)).toMatchObject({ name: 'NetworkError' })
    const abort = new AbortController()
    const aborted = silent.client.request(PLANS, {}, { signal: abort.signal })
    abort.abort(new Error('left'))
    expect(await outcome(silent.timers, aborted, 0)).toMatchObject({ message: 'left' })
    expect(silent.timers.pending).toBe(0)
  })

  it('does not sign an anonymous caller out', async () => {
    const signedOut: unknown[] = []
    const { client, timers } = setUp(() => failed('UNAUTHENTICATED', 401), {
      onSignedOut: (error) => signedOut.push(error),
    })
    expect(await outcome(timers, client.request(PLANS), 100)).toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(signedOut).toEqual([])
  })
})

describe('Batches of queries', () => {
  const each: Respond = ({ body }) =>
    json(Array.isArray(body) ? body.map((item) => ({ data: item['variables'] })) : { data: body['variables'] })
  const ECHO = text<{ n: number }, { n: number }>('query Echo($n: Int) { echo(n: $n) }')

  it('sends queries of five milliseconds together, ten at most, and mutations alone', async () => {
    const { client, timers, sent } = setUp(each, { batch: {} })
    const queries = Array.from({ length: 12 }, (_, n) => client.request(ECHO, { n }))
    const mutation = client.request(START, { input: { plan: 'plus' } })
    const pending = Promise.all([...queries, mutation])
    const results = (await outcome(timers, pending, 10)) as unknown[]
    expect(results.slice(0, 12)).toEqual(Array.from({ length: 12 }, (_, n) => ({ n })))
    expect(sent.map(({ body }) => (Array.isArray(body) ? body.length : 'one'))).toEqual(['one', 10, 2])
    expect(sent.map(({ at }) => at - sent[0]!.at)).toEqual([0, 5, 5])
  })

  it('gives each query its own error and its own end', async () => {
    const abort = new AbortController()
    const { client, timers } = setUp(
      async ({ body }) => {
        await new Promise((resolve) => setImmediate(resolve))
        return json(
          (body as { variables: { n: number } }[]).map(({ variables: { n } }) =>
            n === 1 ? { errors: [{ message: 'No.', extensions: { code: 'FORBIDDEN' } }] } : { data: { n } },
          ),
        )
      },
      { batch: {} },
    )
    const pending = Promise.allSettled(
      [0, 1, 2].map((n) => client.request(ECHO, { n }, n === 2 ? { signal: abort.signal } : {})),
    )
    await timers.advance(4)
    abort.abort(new Error('left'))
    await timers.advance(10)
    const results = await pending
    expect(results).toMatchObject([
      { value: { n: 0 } },
      { reason: { code: 'FORBIDDEN' } },
      { reason: { message: 'left' } },
    ])
  })

  it('fails alone with variables that JSON cannot carry, and sends the values of the moment of the call', async () => {
    const { client, timers, sent } = setUp(each, { batch: {} })
    const cycle: Record<string, unknown> = {}
    cycle['self'] = cycle
    const filter = { n: 2 }
    const AT = text<unknown, { filter: unknown }>('query At($filter: Filter) { at(filter: $filter) }')
    const pending = Promise.allSettled([
      client.request(ECHO, { n: 1 }),
      client.request(ECHO, { n: 10n as unknown as number }),
      client.request(AT, { filter: cycle }),
      client.request(AT, { filter }),
      client.request(START, { input: { plan: 1n as unknown as string }, key: 'k' }),
    ])
    await timers.advance(0)
    filter.n = 3
    const results = (await outcome(timers, pending, 10)) as unknown[]
    const refused = (name: string, problem: RegExp) => ({
      reason: {
        name: 'StackgateError',
        code: 'CONFIGURATION',
        message: expect.stringMatching(
          new RegExp(`^The variables of ${name} cannot be sent as JSON: .*${problem.source}`),
        ) as string,
      },
    })
    expect(results).toMatchObject([
      { value: { n: 1 } },
      refused('Echo', /BigInt/),
      refused('At', /circular/),
      { value: { filter: { n: 2 } } },
      refused('Start', /BigInt/),
    ])
    expect(sent).toHaveLength(1)
  })

  it('sends the queries of a batch that is too large one by one, and those of different accounts apart', async () => {
    const { client, timers, sent } = setUp(
      (request, index) => (Array.isArray(request.body) ? failed('BODY_TOO_LARGE', 413) : each(request, index)),
      { batch: {}, account: 'team:1' },
    )
    const pending = Promise.all([
      client.request(ECHO, { n: 1 }),
      client.request(ECHO, { n: 2 }),
      client.request(ECHO, { n: 3 }, { account: 'team:2' }),
    ])
    expect(await outcome(timers, pending, 10)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
    expect(sent.map(({ headers }) => headers['x-stackgate-account'])).toEqual(['team:1', 'team:2', 'team:1', 'team:1'])
  })
})
