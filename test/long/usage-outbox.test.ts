import { createSeededRandom } from '#test/support/seeded-random.js'
import { killWhileRecording } from '#test/support/usage-kills.js'

const SEED = 2311
const KILLS = 1000

describe('outbox for usage, killed a thousand times', () => {
  it('counts each record once', async () => {
    const show = (line: string) => process.stderr.write(`${line}\n`)
    const result = await killWhileRecording(createSeededRandom(SEED), {
      kills: KILLS,
      serverEvery: 20,
      onKill: (done) => {
        if (done % 50 === 0) show(`usage-outbox: ${done} of ${KILLS} kills`)
      },
    })
    const { lost, twice, rejected, ...figures } = result
    show(
      `usage-outbox: ${JSON.stringify({ ...figures, lost: lost.length, twice: twice.length, rejected: rejected.length })}`,
    )
    expect({ lost, twice, rejected }).toEqual({ lost: [], twice: [], rejected: [] })
    expect(result.debt).toBeGreaterThan(0)
    expect(result.counted).toBeGreaterThanOrEqual(result.confirmed)
    expect(result.units).toBe(result.used)
  })
})
