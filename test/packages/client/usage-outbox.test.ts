import { createSeededRandom } from '#test/support/seeded-random.js'
import { killWhileRecording } from '#test/support/usage-kills.js'

const SEED = 23

describe('outbox for usage with a server', () => {
  it('counts each record once while the application and the server are killed 20 times', async () => {
    const result = await killWhileRecording(createSeededRandom(SEED), { kills: 20, serverEvery: 7 })
    expect(result).toMatchObject({ applicationKills: 18, serverKills: 2, lost: [], twice: [], rejected: [] })
    expect(result.confirmed).toBeGreaterThan(100)
    expect(result.counted).toBeGreaterThanOrEqual(result.confirmed)
    expect(result.units).toBe(result.used)
    expect(result.debt).toBeGreaterThan(0)
  })
})
