import { callAs } from '#test/support/operations.js'
import { WebhookFixture } from '#test/support/webhook-endpoints.js'

describe('replayDeliveries', () => {
  let hooks: WebhookFixture
  beforeAll(async () => {
    hooks = await WebhookFixture.start()
  })
  afterAll(() => hooks.close())
  beforeEach(() => hooks.reset())

  const replay = (input: Record<string, unknown>, token = hooks.ann) => hooks.call('replayDeliveries', input, token)

  /** An endpoint with dead letters, and their number. */
  const deadLetters = async (count: number) => {
    const endpoint = await hooks.create('/dead', ['override.*'])
    for (let times = 0; times < count; times++) await hooks.happen('ann@example.com')
    await hooks.completed(
      endpoint.id,
      (log) => log.length === count && log.every(({ status }) => status === 'DELIVERED'),
    )
    await hooks.server.query(`update webhook_delivery set state = 'DEAD' where endpoint_id = $1`, [endpoint.id])
    hooks.receiver.received.length = 0
    return endpoint
  }

  it('sends all dead letters again, once per attempt, and counts them before', async () => {
    const { id } = await deadLetters(3)
    expect(await replay({ dryRun: true })).toMatchObject({ matchedCount: 3, replayedCount: 0 })
    expect((await hooks.deliveries(id)).map(({ status }) => status)).toEqual(['DEAD', 'DEAD', 'DEAD'])
    const attempt = { webhookEndpointId: id, idempotencyKey: 'all' }
    expect(await replay(attempt)).toMatchObject({ replayedCount: 3 })
    await hooks.completed(id, (log) => log.every(({ status }) => status === 'DELIVERED'))
    expect(hooks.receiver.received).toHaveLength(3)
    expect(await replay(attempt)).toMatchObject({ replayedCount: 3 })
    expect(await replay({ ...attempt, statuses: ['DELIVERED'] })).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' })
    expect(hooks.receiver.received).toHaveLength(3)
    expect(await replay({ webhookEndpointId: id })).toMatchObject({ replayedCount: 0 })
  })

  it('selects by type, time and status, and names every problem', async () => {
    const { id } = await deadLetters(1)
    const count = async (input: object) =>
      (await replay({ webhookEndpointId: id, dryRun: true, ...input })).matchedCount
    expect(await count({ types: ['override.*'] })).toBe(1)
    expect(await count({ types: ['invoice.*', 'override.ended'] })).toBe(0)
    expect(await count({ from: '2999-01-01T00:00:00Z' })).toBe(0)
    expect(await count({ statuses: ['PENDING', 'DELIVERED'] })).toBe(0)
    const wrong = { webhookEndpointId: id, accountId: 'person:ann@example.com', types: ['What?'] }
    expect((await replay(wrong)).issues?.map(({ path }) => path.join('.'))).toEqual(['webhookEndpointId', 'types.0'])
  })

  it('is for owners and admins of the account', async () => {
    const { id } = await deadLetters(1)
    expect(await replay({ webhookEndpointId: id }, hooks.bob)).toEqual({ code: 'NOT_FOUND' })
    expect(await replay({ webhookEndpointId: id }, hooks.admin)).toEqual({ code: 'FORBIDDEN' })
    expect(await replay({ allAccounts: true }, hooks.bob)).toEqual({ code: 'FORBIDDEN' })
  })

  it('is seen in the counters and filters of the endpoint', async () => {
    await deadLetters(2)
    const query = `query ($filter: WebhookDeliveryFilter) {
      account { access { webhookEndpoints { deliveryCounts { pendingCount deliveredCount deadCount } }
        webhookDeliveries(filter: $filter) { totalCount nodes { status } } } } }`
    const counts = { pendingCount: 0, deliveredCount: 0, deadCount: 2 }
    const of = (filter: object) => callAs(hooks.server, hooks.ann, query, { filter })
    expect(await of({ statuses: ['DEAD'], types: ['override.set'] })).toEqual({
      kind: 'data',
      value: {
        access: {
          webhookEndpoints: [{ deliveryCounts: counts }],
          webhookDeliveries: { totalCount: 2, nodes: [{ status: 'DEAD' }, { status: 'DEAD' }] },
        },
      },
    })
    const none = { value: { access: { webhookDeliveries: { totalCount: 0, nodes: [] } } } }
    expect(await of({ statuses: ['DELIVERED'] })).toMatchObject(none)
    expect(await of({ to: '2026-01-01T00:00:00Z' })).toMatchObject(none)
  })

  it('are counted by period, with the duration of 95 of 100 attempts', async () => {
    const { id } = await deadLetters(4)
    await hooks.server.query(
      `update webhook_delivery set created_at = now() - interval '2 days', state = 'DELIVERED', attempt_log = $2
       where id = (select min(id) from webhook_delivery where endpoint_id = $1)`,
      [id, JSON.stringify([{ at: '2026-01-01T00:00:00Z', statusCode: 200, durationMs: 4_000, error: null }])],
    )
    const from = new Date(Date.now() - 3 * 86_400_000).toISOString()
    const history = async (token: string, args: object) =>
      await callAs(
        hooks.server,
        token,
        `query ($id: ID!, $from: DateTime, $interval: MetricInterval) { account: node(id: $id) { ... on WebhookEndpoint {
          deliveryHistory(from: $from, interval: $interval) { from to deliveredCount deadCount pendingCount p95DurationSeconds } } } }`,
        { id, ...args },
      )
    const whole = await history(hooks.ann, { interval: 'RANGE', from })
    expect(whole).toMatchObject({
      value: { deliveryHistory: [{ from, deliveredCount: 1, deadCount: 3, pendingCount: 0 }] },
    })
    const byDay = await history(hooks.ann, { interval: 'DAY', from })
    const periods = (byDay as { value: { deliveryHistory: Record<string, number | null>[] } }).value.deliveryHistory
    expect(periods).toHaveLength(4)
    expect(periods.map(({ deliveredCount, deadCount }) => [deliveredCount, deadCount])).toEqual([
      [0, 0],
      [1, 0],
      [0, 0],
      [0, 3],
    ])
    expect(periods[1]!.p95DurationSeconds).toBe(4)
    expect(periods[0]!.p95DurationSeconds).toBeNull()
    expect(await history(hooks.ann, { interval: 'HOUR', from: '2000-01-01T00:00:00Z' })).toMatchObject({
      kind: 'error',
    })
    expect(await history(hooks.bob, {})).toMatchObject({ value: null })
  })
})
