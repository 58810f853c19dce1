import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { openEventSource } from '#test/support/event-source.js'
import { post, startTransportFixture, type TransportFixture } from '#test/support/transport-fixture.js'

const CONDITIONS: [string, string][] = [
  ['a field', 'subscription ($b: Boolean!) { ticks @skip(if: $b) { number } }'],
  ['a default', 'subscription ($b: Boolean = true) { ticks @include(if: $b) { number } }'],
  ['a constant', 'subscription { ticks @skip(if: true) { number } }'],
  ['an inline fragment', 'subscription ($b: Boolean!) { ... @skip(if: $b) { ticks { number } } }'],
  ['a spread', 'subscription ($b: Boolean!) { ...F @include(if: $b) } fragment F on Subscription { ticks { number } }'],
  ['a fragment', 'subscription ($b: Boolean!) { ...F } fragment F on Subscription { ticks @skip(if: $b) { number } }'],
  ['a cycle', 'subscription { ...F } fragment F on Subscription { ...F ticks @skip(if: true) { number } }'],
]
const extensions = { code: 'GRAPHQL_VALIDATION_FAILED' }

describe('a condition at the root of a subscription', () => {
  let tiny: TransportFixture
  beforeAll(async () => {
    tiny = await startTransportFixture()
  })
  afterAll(() => tiny.edge.drain(1_000))

  it('is an error of its own ID, and the other subscriptions of the socket continue', async () => {
    const closed: unknown[] = []
    const client = createClient({ url: tiny.socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 })
    client.on('closed', (event) => closed.push(event))
    const other = client.iterate({ query: 'subscription { ticks { number } }' })
    expect((await other.next()).value).toEqual({ data: { ticks: { number: 1 } } })
    for (const b of [true, false])
      for (const [, query] of CONDITIONS)
        await expect(client.iterate({ query, variables: { b } }).next()).rejects.toMatchObject([{ extensions }])
    expect((await other.next()).value).toEqual({ data: { ticks: { number: 2 } } })
    expect(closed).toEqual([])
    await client.dispose()
  })

  it.each(CONDITIONS)('is an event over Server-Sent Events and a response over HTTP: %s', async (_where, query) => {
    const body = { query, variables: { b: true } }
    const stream = await openEventSource(tiny.url, body)
    expect([stream.status, JSON.parse((await stream.next())!.data)]).toMatchObject([200, { errors: [{ extensions }] }])
    expect((await stream.next())!.event).toBe('complete')
    const answer = await post(tiny.url, body, { accept: 'application/graphql-response+json' })
    expect([answer.status, answer.code]).toEqual([400, extensions.code])
    expect(tiny.reported).toEqual([])
  })

  it('is allowed below the root', async () => {
    const query = 'subscription ($b: Boolean!) { ticks { number renewals @include(if: $b) } }'
    const stream = await openEventSource(tiny.url, { query, variables: { b: false } })
    expect((await stream.next())!.data).toBe('{"data":{"ticks":{"number":1}}}')
    stream.close()
  })
})
