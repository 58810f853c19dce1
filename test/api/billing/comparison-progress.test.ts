import { randomUUID } from 'node:crypto'
import { createComparisonProgress } from '#services/billing/usage-comparisons/comparison-progress.js'
import { entitlementService, newAccount } from '#test/support/entitlements.js'
import { recordStream } from '#test/support/graphql-stream.js'
import { expectInvariants } from '#test/support/invariants.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { comparisonClient, type ComparisonClient } from '#test/support/usage-comparisons.js'

const EVENTS = `subscription ($types: [String!]) {
  operatorEvents(types: $types) { __typename ... on Event { type data account { id } } }
}`
const PROGRESSED = 'usage_comparison.progressed'

interface Item {
  readonly type?: string
  readonly data?: { readonly usageComparisonId: string }
}

describe('progress of comparisons', () => {
  let server: TestServer
  let token: string
  let operator: ComparisonClient
  let application: ComparisonClient
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    token = await server.token('op@example.com', { roles: ['admin'] })
    operator = comparisonClient(server, token)
    application = comparisonClient(server, (await entitlementService(server)).key)
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const compare = async (accountId: string) => {
    const use = { accountId, feature: 'ai_stories', amount: 1, key: randomUUID(), allowed: true }
    expect(await application.compare([use])).toMatchObject({ acceptedCount: 1 })
  }
  const follow = async (types?: readonly string[]) => {
    const stream = await recordStream<Item>(server.url, token, EVENTS, types ? { types } : {})
    await stream.until(({ length }) => length === 1)
    return stream
  }
  /** Times of the events of a comparison, in milliseconds. */
  const timesOf = async (id: string): Promise<number[]> => {
    const rows = await server.query<{ at: Date }>(
      `select at from operator_event where type = $1 and data ->> 'usageComparisonId' = $2 order by at`,
      [PROGRESSED, id],
    )
    return rows.map(({ at }) => at.getTime())
  }

  it('publishes uses to operators on request, at most once a second and also the last one', async () => {
    const accountId = await newAccount(server)
    const { id } = await operator.start([accountId])
    const [requested, all] = [await follow([PROGRESSED]), await follow()]
    const start = Date.now()
    while (Date.now() - start < 2_500) await compare(accountId)
    const last = Date.now()
    const times = await eventually(
      () => timesOf(id),
      (found) => found.some((time) => time >= last),
    )
    expect(times.length).toBeLessThanOrEqual((last - start) / 1_000 + 2)
    expect(times.length).toBeGreaterThanOrEqual(3)
    const gaps = times.slice(1).map((time, index) => time - times[index]!)
    // The interval is that of the attempts, whose transactions can take different times.
    expect(Math.min(...gaps)).toBeGreaterThan(500)
    const events = await requested.until(
      (items) => items.filter(({ type }) => type === PROGRESSED).length === times.length,
    )
    expect(events.at(-1)).toMatchObject({ data: { usageComparisonId: id, name: 'Switch' }, account: null })

    await operator.end(id, 'DISCARD')
    await all.until((items) => items.some(({ type }) => type === 'usage_comparison.ended'))
    expect(all.events.some(({ type }) => type === PROGRESSED)).toBe(false)
    for (const stream of [requested, all]) await stream.stop()
  })

  it('counts the events of all processes, and publishes none for duplicates and after the end', async () => {
    const accountId = await newAccount(server)
    const { id } = await operator.start([accountId])
    const { database, log, timers } = server.app.context
    const processes = Array.from({ length: 3 }, () => createComparisonProgress({ database, log, timers }))
    for (const one of processes) one.note(id)
    await Promise.all(processes.map((one) => one.write()))
    expect(await timesOf(id)).toHaveLength(1)
    // Those that were too early publish one more event together.
    await eventually(
      () => timesOf(id),
      (times) => times.length > 1,
    )
    await operator.end(id, 'DISCARD')
    const published = await timesOf(id)
    expect(published[1]! - published[0]!).toBeGreaterThan(500)
    for (const one of processes) one.note(id)
    await Promise.all(processes.map((one) => one.write()))
    expect(await timesOf(id)).toEqual(published)
  })
})
