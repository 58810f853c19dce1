import { livePlatform } from '#proof/server/platform.js'

/** It takes about five seconds of processor time. `npm run test:long -- proof` and `npm run prove` live more. */
const SIZE = { accounts: 2, months: 1, acts: 25 }

describe('tenants of the proof on the whole server', () => {
  it('write the same log twice at different load', async () => {
    const first = await livePlatform(1, SIZE)
    expect(first.faults).toEqual([])
    const [again, other] = await Promise.all([livePlatform(1, SIZE), livePlatform(3, { ...SIZE, acts: 5 })])
    expect(other.faults).toEqual([])
    expect(again.log).toEqual(first.log)
    expect(other.log[0]).not.toBe(first.log[0])
  })
})
