import { createSeededRandom } from '#test/support/seeded-random.js'
import { costOf, runAiCalls, startAiWorld, type AiWorld } from '#test/support/ai-wrappers.js'

const SEED = 51

describe('wrappers for SDKs of models', () => {
  let world: AiWorld
  beforeAll(async () => {
    world = await startAiWorld()
  })
  afterAll(() => world.close())

  it('charge what the provider reports, or the flagged estimate', async () => {
    const run = { seed: SEED, calls: 80, parallel: 8, streamsOnly: false, kills: 2 }
    const result = await runAiCalls(world, createSeededRandom(SEED), run)
    expect(result).toMatchObject({ errors: [], kills: 2 })
    expect(await costOf(world)).toBe(result.bill)
    expect(Object.keys(result.outcomes)).toEqual(expect.arrayContaining(['reported', 'estimated', 'released']))
    expect(Math.min(result.reportedUnits, result.estimatedUnits)).toBeGreaterThan(0)
  })
})
