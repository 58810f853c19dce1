import { callAs } from '#test/support/operations.js'
import { figures } from '#test/support/analytics.js'
import { buyPlan } from '#test/support/buy-plan.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

describe('revenue', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it('includes purchases at the current business time', async () => {
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const ask = async () => {
      const [revenue] = await figures(server, operator, { metrics: ['REVENUE'], interval: 'DAY' })
      const [churn] = await figures(server, operator, { metrics: ['CHURN_RATE'], interval: 'RANGE' })
      // One point for each of the thirty days up to now, all of them zero but one.
      const points = revenue?.points ?? []
      return { days: points.length, revenue: points.filter(({ value }) => value !== '0.00'), churn }
    }
    const now = server.app.context.clock.now()
    await buyPlan(server, await server.token('first@example.com'), 'plus')
    expect(server.app.context.clock.now()).toEqual(now)
    const { revenue, churn, days } = await eventually(ask, (shown) => shown.revenue.length > 0, 20_000)
    expect(revenue).toMatchObject([{ from: '2026-01-15T00:00:00.000Z', to: now.toISOString() }])
    expect(days).toBe(30)
    expect(churn!.points).toMatchObject([{ to: now.toISOString() }])
  })

  it('requires an operator and a range that does not end before its start', async () => {
    const query = `query ($from: DateTime, $to: DateTime) { metrics(metrics: [REVENUE], from: $from, to: $to) { nodes { metric } } }`
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    expect(await callAs(server, await server.token('user@example.com'), query)).toMatchObject({ code: 'FORBIDDEN' })
    const range = { from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' }
    expect(await callAs(server, operator, query, range)).toMatchObject({ code: 'BAD_USER_INPUT' })
  })
})
