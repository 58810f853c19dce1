import { jest } from '@jest/globals'
import { operationOf, operationsBy } from '#proof/api-coverage/operations.js'
import { noOwnDatabase, OwnDatabase } from '#proof/histories/own-database.js'
import { runHistory } from '#proof/histories/run-histories.js'
import { ACTS } from '#proof/server/acts.js'
import { livePlatform } from '#proof/server/platform.js'
import { interleave } from '../support/interleave.js'
import { itUnless } from '../support/skip.js'

jest.setTimeout(900_000)

describe('layers of the proof with servers', () => {
  it('have tenants who call every operation of the coverage table', async () => {
    const { faults, acts, calls } = await livePlatform(1, { accounts: 2, months: 1, acts: 280 })
    expect(faults).toEqual([])
    expect(ACTS.filter(({ name }) => !acts[name]).map(({ name }) => name)).toEqual([])
    const called = new Set([...calls].map(operationOf))
    expect(operationsBy('tenants').filter((name) => !called.has(name))).toEqual([])
  })

  it('have histories of three rounds that some order of the calls explains', async () => {
    const { contradictions, faults } = await runHistory(2, { callsPerClient: 60, rounds: 3, kills: 2 })
    expect(contradictions).toEqual([])
    expect(Object.values(faults).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(3)
  })

  itUnless(noOwnDatabase())(
    'have histories with a full disk and a failover that some order of the calls explains',
    async () => {
      const database = await OwnDatabase.start()
      try {
        const { contradictions, faults } = await runHistory(3, { callsPerClient: 60, rounds: 3, kills: 1, database })
        expect(contradictions).toEqual([])
        expect(faults).toMatchObject({ 'full disk of the database': 1, 'failover of the database': 1 })
      } finally {
        await database.close()
      }
    },
  )

  it('have each race in a schedule that is the same in another process', async () => {
    const runs = await interleave([0, 1, 2, 3, 4])
    expect(runs.flatMap(({ faults }) => faults)).toEqual([])
    expect(runs.map(({ statements }) => statements >= 5)).toEqual(runs.map(() => true))
    expect(await interleave([3])).toEqual([runs[3]])
  })
})
