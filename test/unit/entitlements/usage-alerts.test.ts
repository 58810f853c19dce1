import fc from 'fast-check'
import {
  forecastFrom,
  forecastUnits,
  isForecastBeyond,
  reachedUsage,
} from '#services/entitlements/usage-alerts/decide-usage-alerts.js'
import type { UsageAlert } from '#services/entitlements/snapshot/account-snapshot.js'
import { FEATURE, feature, OverageAccount } from '#test/support/overage-account.js'

const DAY_MS = 86_400_000
const window = { start: new Date('2026-04-01T00:00:00Z'), end: new Date('2026-05-01T00:00:00Z') }
const after = (days: number) => new Date(window.start.getTime() + days * DAY_MS)

describe('usage alerts', () => {
  it('forecast the end of a window at the present rate, from a tenth of it [BN39]', () => {
    const use = { window, allowance: 1000, used: 100 }
    expect(forecastFrom(window)).toEqual(after(3))
    expect(forecastUnits(use, new Date(after(3).getTime() - 1))).toBeNull()
    expect(forecastUnits(use, after(3))).toBe(1000)
    // Exactly the allowance is not beyond it.
    expect(isForecastBeyond(use, after(3))).toBe(false)
    expect(isForecastBeyond({ ...use, used: 101 }, after(3))).toBe(true)
    expect(forecastUnits({ ...use, used: 500 }, window.end)).toBe(500)
    fc.assert(
      fc.property(
        fc.bigInt(1n, 1_000_000_000_000n),
        fc.bigInt(1n, 1_000_000_000_000n),
        fc.nat(27),
        (used, allowance, days) => {
          const elapsed = days + 3
          const beyond = isForecastBeyond({ window, used: Number(used), allowance: Number(allowance) }, after(elapsed))
          expect(beyond).toBe(used * 30n > allowance * BigInt(elapsed))
        },
      ),
      { seed: 33 },
    )
  })

  it('reach each level once for a window and allowance, whatever the uses are [BN38]', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 100 }), { maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 20 }),
        (levels, amounts) => {
          const percents = levels.toSorted((left, right) => left - right)
          const account = new OverageAccount()
          account.hold('basic')
          const alert: UsageAlert = { feature: FEATURE, percents, windowStart: null, allowance: 0, highest: 0 }
          account.snapshot = { ...account.snapshot, usageAlerts: [alert] }
          const reached: number[] = []
          let used = 0
          for (const amount of amounts) {
            const before = account.snapshot
            const outcome = account.use(amount)
            if (outcome.kind !== 'consumed') continue
            used += amount
            reached.push(
              ...reachedUsage({ ...account.snapshot, usageAlerts: [] }, feature, before.usageAlerts[0]!).map(
                ({ percent }) => percent,
              ),
            )
          }
          // The allowance of the plan is 40 units; further ones are at a price.
          expect(reached).toEqual(percents.filter((percent) => Math.min(used, 40) * 100 >= 40 * percent))
        },
      ),
      { seed: 32 },
    )
  })
})
