import fc from 'fast-check'
import { factUnits } from '#services/entitlements/usage/decide-fact.js'
import { snapshotAt, type AccountSnapshot, type Assignment } from '#services/entitlements/model/account-snapshot.js'
import { heldPlans } from '#services/entitlements/model/held-plans.js'
import { accountSnapshot } from '#test/support/account-snapshot.js'
import { CAPS, catalog, feature, FEATURE, INCLUDED, START } from '#test/support/overage-account.js'

const HOUR_MS = 3_600_000
const after = (hours: number): Date => new Date(START.getTime() + hours * HOUR_MS)
const WINDOW = { windowStart: new Date('2026-01-01T00:00:00Z'), windowEnd: new Date('2026-02-01T00:00:00Z') }
const planOf = (code: string) => catalog.plans.find((plan) => plan.code === code)!

const assignment = (code: string, since: Date, expiresAt: Date | null): Assignment => ({
  id: `asg_${code}`,
  planVersionId: planOf(code).versionId,
  groupCode: planOf(code).group,
  sourceType: 'subscription',
  sourceId: 's',
  quantity: 1,
  currency: null,
  since,
  billingAnchor: START,
  windowsSince: null,
  periodEnd: null,
  expiresAt,
})

/** An account with some use, whose plans follow one another: each lasts until the next one. */
function account(used: number, plans: readonly (readonly [string | null, number])[], now: Date): AccountSnapshot {
  const all = plans.flatMap(([code, from], index) =>
    code ? [assignment(code, after(from), plans[index + 1] ? after(plans[index + 1]![1]) : null)] : [],
  )
  const [past, assignments] = [
    all.filter(({ expiresAt }) => expiresAt !== null && expiresAt <= now),
    all.filter(({ expiresAt }) => expiresAt === null || expiresAt > now),
  ]
  const allowance = Math.min(used, INCLUDED.basic)
  const usage = used > 0 ? [{ feature: FEATURE, ...WINDOW, used: allowance, reserved: 0 }] : []
  return snapshotAt(
    catalog,
    {
      ...accountSnapshot('free'),
      grants: [],
      usage,
      overage: [],
      assignments,
      past,
      at: START,
      held: heldPlans(catalog, assignments, START),
    },
    now,
  )
}

const parts = (snapshot: AccountSnapshot, amount: number, usedAt: Date) => {
  const found = factUnits(catalog, snapshot, feature, { amount, at: null, usedAt, caps: [] })
  const sum = (isPriced: boolean) =>
    found.parts.reduce((total, part) => total + ((part.overage !== undefined) === isPriced ? part.amount : 0), 0)
  const tariff = found.parts.find(({ overage }) => overage)?.overage?.tariff ?? null
  return { free: sum(false), priced: sum(true), debt: found.debt, tariff }
}

const AMOUNTS = fc.record({ used: fc.nat(INCLUDED.basic), amount: fc.integer({ min: 1, max: 300 }) })
const TIMES = fc.record({
  usedAt: fc.integer({ min: 1, max: 50 }),
  ended: fc.integer({ min: 51, max: 100 }),
  now: fc.integer({ min: 101, max: 300 }),
})

describe('Facts that are recorded after the terms of their time', () => {
  it('have the sources that they had before the terms ended or were paused', () => {
    fc.assert(
      fc.property(AMOUNTS, TIMES, ({ used, amount }, { usedAt, ended, now }) => {
        const atItsTime = parts(account(used, [['basic', 0]], after(usedAt)), amount, after(usedAt))
        const late = parts(
          account(
            used,
            [
              ['basic', 0],
              [null, ended],
            ],
            after(now),
          ),
          amount,
          after(usedAt),
        )
        expect(late).toEqual(atItsTime)
        const whole = Math.min(amount, INCLUDED.basic - used)
        const priced = Math.min(amount - whole, CAPS.basic)
        expect(late).toMatchObject({ free: whole, priced, debt: amount - whole - priced })
      }),
    )
  })

  it('cost what they cost at their time after the plan was changed, and later ones cost what the new plan says', () => {
    fc.assert(
      fc.property(AMOUNTS, TIMES, ({ used, amount }, { usedAt, ended, now }) => {
        const plans = [
          ['basic', 0],
          ['plus', ended],
        ] as const
        const late = parts(account(used, plans, after(now)), amount, after(usedAt))
        const present = parts(account(used, plans, after(now)), amount, after(now))
        const basic = parts(account(used, [['basic', 0]], after(usedAt)), amount, after(usedAt))
        const plus = parts(account(used, [['plus', 0]], after(now)), amount, after(now))
        expect(present).toEqual(plus)
        expect(late.tariff === null || late.tariff === basic.tariff).toBe(true)
        // The present allowance comes before units at a price.
        expect(late.free).toBeGreaterThanOrEqual(basic.free)
        expect(late.free + late.priced + late.debt).toBe(amount)
      }),
    )
  })
})
