import { runHistory } from '#proof/histories/run-histories.js'

describe('histories under faults', () => {
  it('follow an order of the calls on two servers that are killed, suspended and cut off [PR4]', async () => {
    const { contradictions, calls, faults } = await runHistory(1, { callsPerClient: 12, rounds: 1 })
    expect(contradictions).toEqual([])
    expect(calls).toBeGreaterThan(90)
    expect(Object.values(faults).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0)
  })
})
