import { newSeed, runStorm } from '../support/joined-streams.js'
import { startTestServer, type TestServer } from '../support/test-server.js'

/** Set `STORM_SEED` to repeat a run that failed. */
const seeds = process.env['STORM_SEED'] ? [Number(process.env['STORM_SEED'])] : [1, 2, 3, newSeed()]

describe('Pages joined with streams under a long storm of changes', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it.each(seeds)(
    'miss nothing and receive nothing twice, seed %i',
    async (seed) => {
      const report = await runStorm(server, { seed, milliseconds: 60_000, restarts: 5, clients: 4 })
      for (const { name, expected, received } of report.followers) expect([name, received]).toEqual([name, expected])
    },
    600_000,
  )
})
