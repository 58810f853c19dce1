import { operationOf, operationsBy } from '#proof/api-coverage/operations.js'
import { ACTS } from '#proof/server/acts.js'
import { livePlatform } from '#proof/server/platform.js'

/** It takes about ten seconds of processor time. `npm run prove` lives more. */
const SIZE = { accounts: 2, months: 1, acts: 150 }

describe('tenants of the proof on the whole server', () => {
  it('call every operation of the coverage table, and write the same log twice at different load [PR7] [PR8]', async () => {
    const first = await livePlatform(1, SIZE)
    expect(first.faults).toEqual([])
    expect(ACTS.filter(({ name }) => !first.acts[name]).map(({ name }) => name)).toEqual([])
    const called = new Set([...first.calls].map(operationOf))
    expect(operationsBy('tenants').filter((name) => !called.has(name))).toEqual([])
    const [again, other] = await Promise.all([
      livePlatform(1, { ...SIZE, acts: 40 }),
      livePlatform(3, { ...SIZE, acts: 10 }),
    ])
    expect(other.faults).toEqual([])
    expect(again.log.slice(0, 40)).toEqual(first.log.slice(0, 40))
    expect(other.log[0]).not.toBe(first.log[0])
  })
})
