import { runStorm } from '../support/joined-streams.js'
import { startTestServer, type TestServer } from '../support/test-server.js'

const SEED = 20_261_122

// test/long/joined-streams.test.ts runs the same for longer, with other seeds.
describe('Pages joined with streams under a storm of changes', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it('miss nothing and receive nothing twice, over WebSocket and Server-Sent Events', async () => {
    const report = await runStorm(server, { seed: SEED, milliseconds: 4_000, restarts: 1, clients: 1 })
    expect(report.followers).toHaveLength(8)
    for (const { name, expected, received, connections } of report.followers) {
      expect([name, received]).toEqual([name, expected])
      // Fewer changes need an operator, and a follower can start late.
      const fewest = name.includes('operators') ? 5 : 20
      expect([name, expected.length > fewest, connections > 1]).toEqual([name, true, true])
    }
    for (const { name, expected, seen } of report.commands) expect([name, seen]).toEqual([name, expected])
  })
})
