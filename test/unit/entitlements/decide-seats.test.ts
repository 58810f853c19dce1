import fc from 'fast-check'
import { decideSeats } from '#services/entitlements/seats/decide-seats.js'
import { accountSnapshot } from '#test/support/account-snapshot.js'
import { catalogFixture } from '#test/support/catalog-fixture.js'

const FEATURE = [...catalogFixture.features.values()].find(({ kind }) => kind === 'LIMIT')!
const USERS = ['a', 'b', 'c', 'd', 'e', 'f']

const user = fc.constantFrom(...USERS)
const step = fc.oneof(
  fc.record({ from: fc.constant(null), to: user }),
  fc.record({ from: user, to: fc.constant(null) }),
  fc.record({ from: user, to: user }),
)

describe('decideSeats', () => {
  it('never assigns more seats than there are, and moves without changing their number', () => {
    // Replay a failure with SEED=<the printed seed> npm test -- decide-seats
    const seed = Number(process.env['SEED'] ?? 20261124)
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 0, max: 4 }),
        fc.subarray(USERS, { minLength: 2 }),
        (steps, granted, team) => {
          const holders = new Set<string>()
          const members = new Set(team)
          const override = {
            id: 'ovr_1',
            feature: FEATURE.code,
            amount: granted,
            unlimited: false,
            reason: 'test',
            since: new Date('2026-01-01T00:00:00Z'),
            until: null,
          }
          for (const change of steps) {
            const snapshot = accountSnapshot('free', {
              overrides: granted > 0 ? [override] : [],
              allocated: { [FEATURE.code]: holders.size },
            })
            const limit =
              granted +
              (snapshot.held[0]!.plan.features.find(({ feature }) => feature.code === FEATURE.code)?.amount ?? 0)
            const before = holders.size
            const decided = decideSeats(catalogFixture, { feature: FEATURE, snapshot, change, holders, members })
            if ('code' in decided) continue
            if (decided.from !== null) expect(holders.delete(decided.from)).toBe(true)
            if (decided.to !== null) {
              expect(holders.has(decided.to)).toBe(false)
              expect(members.has(decided.to)).toBe(true)
              holders.add(decided.to)
            }
            expect(holders.size).toBeLessThanOrEqual(limit)
            if (change.from !== null && change.to !== null) expect(holders.size).toBe(before)
          }
        },
      ),
      { seed, numRuns: 100 },
    )
  })
})
