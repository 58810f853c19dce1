import fc from 'fast-check'
import {
  allowanceCrossing,
  forecastFrom,
  forecastUnits,
  isForecastBeyond,
} from '#services/entitlements/model/decide-usage-alerts.js'
import type { Override } from '#services/entitlements/model/account-snapshot.js'
import type { Alert } from '#services/entitlements/model/alert.js'
import { FEATURE, feature, OverageAccount } from '#test/support/overage-account.js'

const alertOf = (percent: number | null, units: number | null): Alert => ({
  id: percent === null ? `${units} units` : `${percent} percent`,
  feature: FEATURE,
  basis: 'ALLOWANCE',
  percent,
  units,
  base: null,
  basedAt: null,
  armed: true,
  crossings: 0,
})
const UNLIMITED: Override = {
  id: 'ovr',
  feature: FEATURE,
  amount: null,
  unlimited: true,
  reason: 'r',
  since: new Date(0),
  until: null,
}
const sorted = (texts: readonly string[]) => texts.toSorted((left, right) => left.localeCompare(right))

const DAY_MS = 86_400_000
const window = { start: new Date('2026-04-01T00:00:00Z'), end: new Date('2026-05-01T00:00:00Z') }
const after = (days: number) => new Date(window.start.getTime() + days * DAY_MS)

describe('usage alerts', () => {
  it('forecast the end of a window at the present rate, from a tenth of it', () => {
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

  it('reach each level once for a window and allowance, whatever the uses are', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 100 }), { maxLength: 5 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { maxLength: 5 }),
        fc.boolean(),
        fc.array(
          fc.oneof(
            { weight: 6, arbitrary: fc.integer({ min: 1, max: 30 }) },
            { weight: 1, arbitrary: fc.constant('next window' as const) },
          ),
          { maxLength: 20 },
        ),
        (percents, amounts, unlimited, steps) => {
          const account = new OverageAccount()
          account.hold('basic')
          account.snapshot = {
            ...account.snapshot,
            alerts: [
              ...percents.map((percent) => alertOf(percent, null)),
              ...amounts.map((units) => alertOf(null, units)),
            ],
            overrides: unlimited ? [UNLIMITED] : [],
          }
          const reached: string[] = []
          const expected: string[] = []
          let used = 0
          const expectWindow = () => {
            // The allowance of the plan is 40 units; further ones are at a price.
            const counted = unlimited ? used : Math.min(used, 40)
            if (!unlimited)
              expected.push(...percents.filter((each) => counted * 100 >= 40 * each).map((each) => `${each} percent`))
            expected.push(...amounts.filter((each) => counted >= each).map((each) => `${each} units`))
            used = 0
          }
          for (const step of steps) {
            if (step === 'next window') {
              expectWindow()
              account.wait(32 * 24)
              continue
            }
            const before = account.snapshot.alerts
            const outcome = account.use(step)
            if (outcome.kind !== 'consumed') continue
            used += step
            const crossed = before.map((alert) => allowanceCrossing(account.snapshot, feature, alert))
            reached.push(...crossed.flatMap((each) => each?.crossing.alertId ?? []))
            expect(account.snapshot.alerts).toEqual(before.map((alert, index) => crossed[index]?.alert ?? alert))
          }
          expectWindow()
          expect(sorted(reached)).toEqual(sorted(expected))
        },
      ),
      { seed: 32 },
    )
  })
})
