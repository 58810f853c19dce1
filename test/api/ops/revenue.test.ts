import { callAs } from '#test/support/operations.js'
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
      const { data, errors } = await server.graphql<{
        revenue: { from: string; revenue: { amountMinor: number } }[]
        churn: { to: string }[]
      }>(`{ revenue(by: DAY) { from revenue { amountMinor } } churn { to } }`, {}, operator)
      if (errors) throw new Error(JSON.stringify(errors))
      // One point for each day of the year before now, all of them zero but one.
      return { ...data, days: data.revenue.length, revenue: data.revenue.filter((day) => day.revenue.amountMinor > 0) }
    }
    const now = server.app.context.clock.now()
    await buyPlan(server, await server.token('first@example.com'), 'plus')
    expect(server.app.context.clock.now()).toEqual(now)
    const { revenue, churn, days } = await eventually(ask, (shown) => shown.revenue.length > 0, 20_000)
    expect(revenue).toEqual([{ from: '2026-01-15T00:00:00.000Z', revenue: { amountMinor: expect.any(Number) } }])
    expect(revenue[0]!.revenue.amountMinor).toBeGreaterThan(0)
    expect(days).toBe(366)
    expect(churn).toEqual([{ to: now.toISOString() }])
  })

  it('requires an operator and a range that does not end before its start', async () => {
    const query = `query ($from: DateTime, $to: DateTime) { revenue(from: $from, to: $to) { purchases } }`
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    expect(await callAs(server, await server.token('user@example.com'), query)).toMatchObject({ code: 'FORBIDDEN' })
    const range = { from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' }
    expect(await callAs(server, operator, query, range)).toMatchObject({ code: 'BAD_USER_INPUT' })
  })
})
