import { livePopulation } from '#proof/server/population.js'

/** Two account-months: it takes about twelve seconds of processor time. `npm run prove` lives more. */
const SIZE = { accounts: 1, months: 1 }

describe('population of the proof on the whole server', () => {
  it('writes the same log for the same seed, twice at different load, and keeps every rule', async () => {
    const first = await livePopulation(4, SIZE)
    const [again, other] = await Promise.all([livePopulation(4, SIZE), livePopulation(5, SIZE)])
    expect(first.faults).toEqual([])
    expect(other.faults).toEqual([])
    expect(first.months).toBe(1)
    expect(again.log).toEqual(first.log)
    expect(again.digest).toBe(first.digest)
    expect(other.digest).not.toBe(first.digest)
  })
})
