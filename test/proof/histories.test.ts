import { runHistory } from '#proof/histories/run-histories.js'

/** The start of two servers takes most of its time. `npm run test:long -- proof` and `npm run prove` ask more. */
const SIZE = { callsPerClient: 8, rounds: 1, kills: 1 }

describe('histories under faults', () => {
  it('follow an order of the calls on two servers that are killed, suspended and cut off', async () => {
    const { contradictions, calls, faults } = await runHistory(1, SIZE)
    expect(contradictions).toEqual([])
    expect(calls).toBeGreaterThanOrEqual(64)
    expect(Object.values(faults).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0)
  })
})
