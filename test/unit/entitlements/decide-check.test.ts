import { decideCheck } from '../../../src/services/entitlements/check/decide-check.js'
import { catalogFixture } from '../../support/catalog-fixture.js'
import { rightsFacts } from '../../support/rights.js'

const check = (feature: string, amount: number, plan: string, used = 0) =>
  decideCheck(catalogFixture, rightsFacts(plan, { allocated: { [feature]: used } }), feature, amount)

describe('may an account use so much of a feature?', () => {
  it.each<[string, number, string, number, boolean, string | undefined]>([
    ['deployments', 1, 'plus', 0, true, undefined],
    ['deployments', 10, 'plus', 0, true, undefined],
    ['deployments', 11, 'plus', 0, false, 'LIMIT_REACHED'],
    ['deployments', 1, 'plus', 10, false, 'LIMIT_REACHED'],
    ['deployments', 1_000_000, 'individual', 5, true, undefined],
    ['deployments', 0, 'plus', 0, false, 'INVALID_AMOUNT'],
    ['deployments', -1, 'plus', 0, false, 'INVALID_AMOUNT'],
    ['tokens', 100, 'plus', 0, true, undefined],
    ['tokens', 101, 'plus', 0, false, 'QUOTA_EXCEEDED'],
    ['tokens', 1, 'free', 0, false, 'FEATURE_NOT_INCLUDED'],
    ['sso', 1, 'plus', 0, true, undefined],
    ['sso', 1, 'basic', 0, false, 'FEATURE_NOT_INCLUDED'],
    ['restart_rate', 100, 'free', 0, true, undefined],
    ['teleport', 1, 'individual', 0, false, 'FEATURE_NOT_INCLUDED'],
  ])('%s ×%d on %s with %d in use → %s %s', (feature, amount, plan, used, allowed, code) => {
    const decision = check(feature, amount, plan, used)
    expect([decision.allowed, decision.denial?.code]).toEqual([allowed, code])
    expect(decision.explain.length).toBeGreaterThan(0)
  })

  it('a refusal names the plans that would lift it, cheapest first', () => {
    expect(check('sso', 1, 'free').denial!.remedies.map(({ target }) => target?.id)).toEqual([
      'pln_plus',
      'pln_individual',
    ])
    expect(check('deployments', 5, 'free').denial!.remedies.map(({ target }) => target?.id)).toEqual([
      'pln_plus',
      'pln_individual',
    ])
    expect(check('teleport', 1, 'free').denial!.remedies).toEqual([])
    expect(check('teleport', 1, 'free').entitlement).toBeNull()
  })
})
