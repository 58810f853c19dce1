import { tariffText } from '#services/catalog/tariffs/tariff.js'
import { decideCheck } from '#services/entitlements/check/decide-check.js'
import { capDenial } from '#services/entitlements/model/cap-denial.js'
import type { SpendCap } from '#services/entitlements/model/account-snapshot.js'
import { poolDenial } from '#services/entitlements/model/decide-pool.js'
import { notEnough } from '#services/entitlements/model/denials.js'
import type { Entitlement } from '#services/entitlements/model/entitlement.js'
import { evaluateFeature } from '#services/entitlements/model/evaluate-entitlements.js'
import { AMOUNT_CODES, refused, type AmountCode, type Denial } from '#services/kernel/denials/denial.js'
import { accountSnapshot } from '#test/support/account-snapshot.js'
import { catalogFixture } from '#test/support/catalog-fixture.js'

const END = new Date('2026-02-01T00:00:00Z')
const REQUESTED = 500
const plus = accountSnapshot('plus')
const tokens = catalogFixture.features.get('tokens')!

const check = (feature: string) => decideCheck(catalogFixture, plus, feature, REQUESTED).denial

const cap = (terms: Partial<SpendCap>): SpendCap => ({
  id: 'cap_1',
  feature: 'tokens',
  period: 'MONTH',
  amount: 100,
  setByOperator: false,
  currency: null,
  subAccountId: null,
  userId: null,
  alertPercents: [],
  periodStart: new Date(0),
  used: 13,
  roundedUp: 0,
  ...terms,
})

function reached(terms: Partial<SpendCap> = {}, subAccountId: string | null = null): Denial | null {
  const state = { used: 13, roundedUp: 0, reserved: 7, remaining: 80, requested: REQUESTED }
  const period = { start: new Date('2026-01-01T00:00:00Z'), end: END }
  return capDenial({ accountId: 'acc_1' }, tokens, [{ feature: tokens, cap: cap(terms), period, ...state }], {
    amount: REQUESTED,
    subAccountId,
  })
}

/** Units at a price beyond an allowance that is used up. */
function overage(snapshot = plus): Denial {
  const terms = {
    planCode: 'plus',
    currency: 'USD',
    tariff: tariffText({ currency: 'USD', tiers: [{ price: '1' }] }),
    cap: 200,
    used: 150,
    reserved: 10,
    remaining: 40,
  }
  const known = evaluateFeature(catalogFixture, plus, tokens)
  return notEnough(
    catalogFixture,
    snapshot,
    { ...known, remaining: 0, overage: terms } as unknown as Entitlement,
    REQUESTED,
  )
}

function credits(): Denial {
  const feature = { ...tokens, kind: 'CREDIT' as const }
  const known = { ...evaluateFeature(catalogFixture, plus, tokens), feature, remaining: 12 }
  return notEnough(catalogFixture, plus, known, REQUESTED)
}

describe('A denial about an amount', () => {
  it('states its numbers, whatever the rule', () => {
    expect([check('deployments'), check('tokens'), check('restart_rate')]).toMatchObject([
      {
        code: 'LIMIT_REACHED',
        quantity: { feature: 'deployments', limit: 10, used: 0, requested: 500, remaining: 10 },
      },
      { code: 'QUOTA_EXCEEDED', quantity: { feature: 'tokens', limit: 100, used: 0, requested: 500, remaining: 100 } },
      { code: 'LIMIT_REACHED', quantity: { feature: 'restart_rate', used: 0, requested: 500, resetsAt: null } },
    ])
    expect(credits()).toMatchObject({
      code: 'INSUFFICIENT_CREDITS',
      quantity: { limit: null, used: null, requested: 500, remaining: 12 },
    })
    expect(overage()).toMatchObject({
      code: 'OVERAGE_CAP_REACHED',
      quantity: { limit: 200, used: 160, requested: 500, remaining: 40 },
    })
    expect([reached(), reached({ currency: 'USD' })]).toMatchObject([
      {
        code: 'SPEND_CAP_REACHED',
        quantity: { currency: null, limit: 100, used: 20, requested: 500, remaining: 80, resetsAt: END },
      },
      { code: 'SPEND_CAP_REACHED', quantity: { currency: 'USD', limit: 100, used: 20, requested: 500, remaining: 80 } },
    ])
    expect(poolDenial(catalogFixture, plus, tokens, { amount: REQUESTED, subAccountId: 'acc_sub' })).toMatchObject({
      code: 'POOL_EXHAUSTED',
      quantity: { limit: null, used: null, requested: 500, remaining: 100 },
    })
  })

  it('states nothing of the money of the parent account', () => {
    expect(reached({ currency: 'USD' }, 'acc_sub')).toMatchObject({
      quantity: { currency: null, limit: null, used: null, requested: 500, remaining: null },
    })
  })

  it('says what was requested when the whole limit would not suffice', () => {
    expect(check('deployments')!.message).toBe('500 deployments requested of 10.')
  })

  it('cannot be made without them', () => {
    const others = AMOUNT_CODES.map((code: AmountCode) =>
      // @ts-expect-error A code about an amount needs its numbers.
      refused(code, 'No numbers.'),
    )
    expect(others).toHaveLength(AMOUNT_CODES.length)
  })
})
