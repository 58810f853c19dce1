import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { openEventSource, readEventSource, type EventSourceReader } from '#test/support/event-source.js'
import { eventually } from '#test/support/test-server.js'
import { post, startTransportFixture, type TransportFixture } from '#test/support/transport-fixture.js'

const TICKS = { query: 'subscription { ticks { number renewals } }' }

describe('GraphQL over Server-Sent Events', () => {
  let tiny: TransportFixture
  const opened: EventSourceReader[] = []
  beforeAll(async () => {
    tiny = await startTransportFixture({ limits: { socketKeepAliveMilliseconds: 60, operationMilliseconds: 5_000 } })
  })
  afterEach(() => {
    for (const stream of opened.splice(0)) stream.close()
  })
  afterAll(() => tiny.edge.drain(1_000))

  async function open(body: Parameters<typeof openEventSource>[1], headers = {}, url = tiny.url) {
    const stream = await openEventSource(url, body, headers)
    opened.push(stream)
    return stream
  }
  /** Every message until the response ends. */
  async function all(body: { query: string; variables?: Record<string, unknown> }, headers = {}) {
    const stream = await open(body, headers)
    expect(stream.status).toBe(200)
    const events: { event: string; data: unknown }[] = []
    for (let next = await stream.next(); next; next = await stream.next())
      events.push({ event: next.event, data: next.data && (JSON.parse(next.data) as unknown) })
    return events
  }
  const noneLive = () =>
    eventually(
      () => tiny.calls.live,
      (live) => live === 0,
    )

  it('streams events, each with a renewed context, and stops the source when the client leaves', async () => {
    const stream = await open(TICKS, { authorization: 'Bearer ann' })
    expect(stream.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(stream.headers.get('cache-control')).toBe('no-store, no-transform')
    const seen = [await stream.next(), await stream.next()]
    expect(seen.map((event) => [event!.event, event!.data])).toEqual(
      [1, 2].map((number) => ['next', JSON.stringify({ data: { ticks: { number, renewals: 1 } } })]),
    )
    expect(tiny.calls.live).toBe(1)
    stream.close()
    await noneLive()
  })

  it('answers queries and mutations by one event, and subscribes by GET', async () => {
    expect(await all({ query: '{ me }' }, { authorization: 'Bearer ann' })).toEqual([
      { event: 'next', data: { data: { me: 'ann' } } },
      { event: 'complete', data: '' },
    ])
    expect(await all({ query: 'mutation { count }' })).toMatchObject([{ event: 'next' }, { event: 'complete' }])
    const parameters = new URLSearchParams({ query: 'subscription Q($after: Int) { ticks(after: $after) { number } }' })
    parameters.set('variables', '{"after":7}')
    const abort = new AbortController()
    const response = await fetch(`${tiny.url}/graphql?${parameters.toString()}`, {
      headers: { accept: 'text/event-stream' },
      signal: abort.signal,
    })
    const stream = readEventSource(response, () => abort.abort())
    opened.push(stream)
    expect((await stream.next())!.data).toBe('{"data":{"ticks":{"number":8}}}')
  })

  it('refuses an operation in an event, because a browser does not show the body of another status', async () => {
    const codeOf = async (query: string) => {
      const events = await all({ query })
      expect(events.map(({ event }) => event)).toEqual(['next', 'complete'])
      return (events[0]!.data as { errors: { extensions: { code: string } }[] }).errors[0]!.extensions.code
    }
    expect(await codeOf('subscription { nothing }')).toBe('GRAPHQL_VALIDATION_FAILED')
    expect(await codeOf('subscription {')).toBe('GRAPHQL_PARSE_FAILED')
    expect(await codeOf('subscription { forbidden }')).toBe('NOT_FOUND')
    expect(await codeOf(`{ item ${'{ children '.repeat(13)}{ name ${'}'.repeat(15)}`)).toBe('QUERY_TOO_DEEP')
    expect(await codeOf('query A { me } query B { me }')).toBe('OPERATION_RESOLUTION_FAILURE')
  })

  it.each([
    ['without a query', {}],
    ['with an empty query', { query: '' }],
    ['with a query that is no text', { query: 1 }],
    ['with variables that are no object', { query: '{ me }', variables: [] }],
    ['with a query and an ID', { query: '{ me }', documentId: 'x' }],
    ['with an incomplete persisted query', { extensions: { persistedQuery: {} } }],
    ['that is a batch', [{ query: '{ me }' }]],
    ['that is no object', 'null'],
  ])('answers a request %s as JSON with 400', async (_title, body) => {
    const answer = await post(tiny.url, body, { accept: 'text/event-stream' })
    expect([answer.status, answer.code]).toEqual([400, 'BAD_REQUEST'])
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
    const plain = await post(tiny.url, body)
    if (!Array.isArray(body)) expect([plain.status, plain.text]).toEqual([400, answer.text])
  })

  it('answers a GET without a query as JSON with 400', async () => {
    const response = await fetch(`${tiny.url}/graphql`, { headers: { accept: 'text/event-stream' } })
    expect([response.status, response.headers.get('content-type')]).toEqual([400, 'application/json; charset=utf-8'])
  })

  it('finds trusted documents by their ID, and refuses others where only those are allowed', async () => {
    const byId = new Map([
      ['ticks', TICKS.query],
      [`sha256:${createHash('sha256').update(TICKS.query).digest('hex')}`, TICKS.query],
    ])
    const strict = await startTransportFixture({ trustedDocuments: { find: (id) => byId.get(id), only: true } })
    const trusted = await open({ documentId: 'ticks' }, {}, strict.url)
    expect((await trusted.next())!.data).toContain('"number":1')
    const other = await open({ query: 'subscription { ticks { number } }' }, {}, strict.url)
    expect((await other.next())!.data).toContain('DOCUMENT_NOT_TRUSTED')
    await strict.edge.drain(1_000)
  })

  it('admits callers as other requests: a bad token is 401, before the document is read', async () => {
    const refused = await open({ query: 'subscription { nothing }' }, { authorization: 'Bearer bad' })
    expect(refused.status).toBe(401)
    expect(refused.headers.get('content-type')).toContain('application/json')
  })

  it('ends without `complete` when the token expires, so that the client connects again', async () => {
    const stream = await open(TICKS, { authorization: 'Bearer ann:150' })
    const events: string[] = []
    for (let next = await stream.next(); next; next = await stream.next()) events.push(next.event)
    expect(events.length).toBeGreaterThan(1)
    expect(new Set(events)).toEqual(new Set(['next']))
    await noneLive()
  })

  it('sends comments while nothing happens', async () => {
    const stream = await open({ query: '{ slow(milliseconds: 10) }' })
    while (await stream.next());
    expect(stream.comments).toBeGreaterThan(0)
    const quiet = await open({ query: 'subscription { ticks(after: 0) { number } }' })
    await quiet.next()
    expect(quiet.comments).toBeGreaterThan(0)
  })

  it('ends at shutdown without `complete`, and nothing is left behind', async () => {
    const leaving = await startTransportFixture()
    const stream = await open(TICKS, {}, leaving.url)
    expect((await stream.next())!.event).toBe('next')
    const drained = leaving.edge.drain(3_600_000)
    const rest: string[] = []
    for (let next = await stream.next(); next; next = await stream.next()) rest.push(next.event)
    expect(rest).not.toContain('complete')
    await drained
    await wait(0)
    expect(leaving.calls.live).toBe(0)
  })
})
