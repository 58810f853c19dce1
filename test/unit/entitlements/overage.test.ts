import fc from 'fast-check'
import { chargesOf } from '#services/entitlements/usage/entry-price.js'
import { decideCheck } from '#services/entitlements/check/decide-check.js'
import { evaluateFeature } from '#services/entitlements/model/evaluate-entitlements.js'
import { costOf } from '#services/catalog/tariffs/price-units.js'
import { tariffText } from '#services/catalog/tariffs/tariff.js'
import { projectSnapshot } from '#services/entitlements/model/project-snapshot.js'
import {
  catalog,
  FEATURE,
  feature,
  INCLUDED,
  OverageAccount,
  overageCatalog,
  TARIFFS,
  type PlanCode,
} from '#test/support/overage-account.js'
import { anyPrice, tariffFrom } from '#test/support/tariffs.js'

// Random uses, reservations, packs, plan changes, clocks and amendments. Replay a failure with SEED=<the printed seed> npm test -- unit/entitlements/overage
const seed = Number(process.env['SEED'] ?? 20261124)
const number = (min: number, max: number) => fc.integer({ min, max })
const plan = fc.constantFrom<PlanCode>('basic', 'plus', 'individual')
const tariff = anyPrice.map((price) => tariffFrom(price))
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('use' as const), amount: number(1, 50) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('reserve' as const), amount: number(1, 60), seconds: number(1, 90_000) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('commit' as const),
      which: number(0, 9),
      amount: fc.option(number(1, 80)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pack' as const), amount: number(1, 40) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('plan' as const), plan }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), hours: number(1, 90) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('amend' as const), which: number(0, 50), share: number(0, 100) }),
  },
)

describe('overage', () => {
  it.each([
    ['one price', fc.constant(catalog)],
    ['generated prices', fc.record({ basic: tariff, plus: tariff }).map(overageCatalog)],
  ])('keeps every sum, never exceeds a cap and is used last, with plan changes and amendments at %s', (_name, sold) => {
    const happened = { charged: 0, capped: 0, returned: 0, prices: 0 }
    fc.assert(
      fc.property(sold, fc.array(step, { minLength: 30, maxLength: 60 }), (offered, steps) => {
        const account = new OverageAccount(offered)
        account.hold('basic')
        for (const one of steps) {
          if (one.kind === 'wait') account.wait(one.hours)
          else if (one.kind === 'pack') account.pack(one.amount)
          else if (one.kind === 'plan') {
            const before = { usage: account.snapshot.usage, overage: account.snapshot.overage }
            account.hold(one.plan)
            // Nothing that was used or charged changes with the plan.
            expect({ usage: account.snapshot.usage, overage: account.snapshot.overage }).toEqual(before)
          } else if (one.kind === 'amend') {
            if (account.amend(one.which, one.share)?.charges.length) happened.returned++
          } else {
            // Expired reservations are released before the decision.
            const at = { ...account.snapshot, ...projectSnapshot(offered, account.snapshot, account.snapshot.at) }
            const before = evaluateFeature(offered, at, feature)
            const outcome =
              one.kind === 'use'
                ? account.use(one.amount)
                : one.kind === 'reserve'
                  ? account.reserve(one.amount, one.seconds)
                  : account.commit(one.which, one.amount)
            if (outcome?.kind === 'consumed' && one.kind === 'use') {
              const { charges, amount } = outcome.consumption
              const atPrice = charges.reduce((sum, { units }) => sum + units, 0)
              expect(atPrice).toBe(Math.max(0, amount - before.remaining!))
              if (atPrice > 0) happened.charged++
            }
            if (outcome?.kind === 'denied' && outcome.denial.code === 'OVERAGE_CAP_REACHED') {
              happened.capped++
              if (one.kind === 'use') expect(one.amount).toBeGreaterThan(before.remaining! + before.overage!.remaining)
            }
            const { overage } = account.entitlement()
            // A plan with a lower cap can be below what was used before.
            if (overage && outcome?.kind === 'consumed' && overage.remaining > 0)
              expect(overage.used + overage.reserved + overage.remaining).toBe(overage.cap)
            if (outcome && outcome.kind !== 'denied' && overage && before.overage)
              expect(overage.used + overage.reserved).toBeLessThanOrEqual(
                Math.max(overage.cap, before.overage.used + before.overage.reserved),
              )
          }
          account.expectSums()
        }
        if (new Set(account.snapshot.overage!.map(({ tariff }) => tariff)).size > 1) happened.prices++
      }),
      { seed, numRuns: 60 },
    )
    expect(happened.charged).toBeGreaterThan(100)
    expect(happened.capped).toBeGreaterThan(50)
    expect(happened.returned).toBeGreaterThan(30)
    expect(happened.prices).toBeGreaterThan(5)
  })

  it('costs the same for the whole and for any split of it', () => {
    fc.assert(
      fc.property(fc.array(number(1, 30), { minLength: 1, maxLength: 8 }), (amounts) => {
        const total = amounts.reduce((sum, amount) => sum + amount, 0)
        const cost = (parts: readonly number[]) => {
          const account = new OverageAccount()
          account.hold('plus')
          for (const amount of parts) account.use(amount)
          const { overage } = account.entitlement()
          const charged = account.ledger.flatMap(({ price }) => chargesOf(price))
          return { ...overage, charged: charged.reduce((sum, { amountMinor }) => sum + amountMinor, 0) }
        }
        const whole = cost([total])
        expect(cost(amounts)).toEqual(whole)
        expect(whole.charged).toBe(costOf(TARIFFS.plus, Math.max(0, total - INCLUDED.plus)))
      }),
      { seed, numRuns: 200 },
    )
  })

  it('rounds halves of the smallest unit up, once for the window', () => {
    const cost = (price: string, units: number) => costOf(tariffText({ currency: 'USD', tiers: [{ price }] }), units)
    expect([0, 1, 2, 3, 4].map((units) => cost('0.5', units))).toEqual([0, 1, 1, 2, 2])
    expect(cost('1', 1_000_000_000_000)).toBe(1_000_000_000_000)
  })

  it('is explained, and denied at the cap with remedies', () => {
    const account = new OverageAccount()
    account.hold('basic')
    account.use(45)
    expect(decideCheck(catalog, account.snapshot, FEATURE, 10).explain).toEqual(
      expect.arrayContaining([
        'Beyond it, the plan Basic charges $0.004 per unit: 5 of 70 used, $0.02 so far.',
        'Consumption order: 10 of use beyond the allowance.',
        '10 beyond the allowance cost $0.04: 10 at $0.004 each.',
      ]),
    )
    const denied = decideCheck(catalog, account.snapshot, FEATURE, 66)
    expect(denied.denial).toMatchObject({
      code: 'OVERAGE_CAP_REACHED',
      message:
        'Plan Basic allows 70 tokens units beyond the allowance this month, at $0.004 per unit: 0 left of the allowance, 5 used beyond it, 66 requested.',
    })
    expect(denied.denial!.remedies.map(({ kind }) => kind)).toEqual(['WAIT', 'UPGRADE_PLAN'])
    expect(decideCheck(catalog, account.snapshot, FEATURE, 65).allowed).toBe(true)
  })

  it('exists only for a plan that a subscription pays', () => {
    const account = new OverageAccount()
    account.hold('basic', 'operator')
    expect(account.entitlement().overage).toBeNull()
    expect(account.use(41)).toMatchObject({ kind: 'denied', denial: { code: 'QUOTA_EXCEEDED' } })
    // Catalogs without overage do not read it.
    expect(evaluateFeature(catalog, { ...account.snapshot, overage: null }, feature).overage).toBeNull()
  })
})
