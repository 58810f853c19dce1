import { figures } from '#test/support/analytics.js'
import { change, subscribe } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

// AgileForge: Professional has a trial of 14 days.
describe('trial conversion', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
  })
  afterAll(() => server.close())

  it('counts trials by the month in which they started, with their outcome until now', async () => {
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const months = async () => {
      const series = await figures(server, operator, {
        metrics: ['TRIALS_STARTED', 'TRIALS_CONVERTED', 'TRIALS_RUNNING', 'TRIALS_LOST', 'TRIAL_CONVERSION_RATE'],
        from: '2026-01-01T00:00:00Z',
      })
      return series[0]!.points.map(({ from }, index) =>
        [from, ...series.map(({ points }) => points[index]!.value)].join(' '),
      )
    }
    await subscribe(server, 'ann@example.com', { plan: 'professional' })
    const bob = await subscribe(server, 'bob@example.com', {
      plan: 'professional',
      interval: { unit: 'YEAR', count: 1 },
      card: '5555555555554444',
    })
    await subscribe(server, 'carl@example.com', { plan: 'business' })
    expect(await months()).toEqual(['2026-01-01T00:00:00.000Z 2 0 2 0 '])
    await change(server, bob, 'cancelSubscription', { at: 'NOW' })
    expect(await months()).toEqual(['2026-01-01T00:00:00.000Z 2 0 1 1 0'])
    // Ann's trial ended on 29 January.
    await server.advanceTo('2026-02-10T00:00:00Z')
    await subscribe(server, 'dora@example.com', { plan: 'professional' })
    expect(await months()).toEqual(['2026-01-01T00:00:00.000Z 2 1 0 1 0.5', '2026-02-01T00:00:00.000Z 1 0 1 0 '])
    await server.advanceTo('2026-03-01T00:00:00Z')
    expect(await months()).toEqual(['2026-01-01T00:00:00.000Z 2 1 0 1 0.5', '2026-02-01T00:00:00.000Z 1 1 0 0 1'])
  })
})
