import { decideCheck, type Check } from '#services/entitlements/check/decide-check.js'
import { explainRemedies } from '#services/entitlements/check/explain-check.js'
import { MAX_AMOUNT } from '#services/entitlements/model/max-amount.js'
import { notEnough } from '#services/entitlements/model/denials.js'
import { evaluateFeature } from '#services/entitlements/model/evaluate-entitlements.js'
import { codeInfo } from '#services/kernel/codes/codes.js'
import { catalogFixture } from '#test/support/catalog-fixture.js'
import { heldGrant, heldPlan, accountSnapshot } from '#test/support/account-snapshot.js'
import { shippedCatalog } from '#test/support/shipped-catalog.js'

const check = (feature: string, amount: number, plan: string, used = 0) =>
  decideCheck(catalogFixture, accountSnapshot(plan, { allocated: { [feature]: used } }), feature, amount)

/** All steps, where every remedy can be carried out. */
const explained = ({ explain, denial }: Check): string[] => [...explain, ...explainRemedies(denial)]

describe('check decision', () => {
  it.each<[string, number, string, number, boolean, string | undefined]>([
    ['deployments', 1, 'plus', 0, true, undefined],
    ['deployments', 10, 'plus', 0, true, undefined],
    ['deployments', 11, 'plus', 0, false, 'LIMIT_REACHED'],
    ['deployments', 1, 'plus', 10, false, 'LIMIT_REACHED'],
    ['deployments', 1_000_000, 'individual', 5, true, undefined],
    ['deployments', 0, 'plus', 0, false, 'INVALID_AMOUNT'],
    ['deployments', -1, 'plus', 0, false, 'INVALID_AMOUNT'],
    ['deployments', MAX_AMOUNT, 'individual', 0, true, undefined],
    ['tokens', 100, 'plus', 0, true, undefined],
    ['tokens', 101, 'plus', 0, false, 'QUOTA_EXCEEDED'],
    ['tokens', 1, 'free', 0, false, 'FEATURE_NOT_INCLUDED'],
    ['sso', 1, 'plus', 0, true, undefined],
    ['sso', 1, 'basic', 0, false, 'FEATURE_NOT_INCLUDED'],
    ['restart_rate', 5, 'free', 0, true, undefined],
    ['restart_rate', 6, 'free', 0, false, 'LIMIT_REACHED'],
    ['restart_rate', 100, 'free', 0, false, 'LIMIT_REACHED'],
    ['teleport', 1, 'individual', 0, false, 'NOT_FOUND'],
  ])('%s ×%d on %s with %d in use → %s %s', (feature, amount, plan, used, allowed, code) => {
    const decision = check(feature, amount, plan, used)
    expect([decision.allowed, decision.denial?.code]).toEqual([allowed, code])
    expect(decision.explain.length).toBeGreaterThan(0)
  })

  it('checks a boolean feature without its amount', () => {
    for (const amount of [0, -1, 2 * MAX_AMOUNT]) {
      expect(check('sso', amount, 'plus').allowed).toBe(true)
      expect(check('sso', amount, 'basic').denial).toEqual(check('sso', 1, 'basic').denial)
    }
  })

  it.each(['deployments', 'tokens', 'sso', 'teleport'])('denies a fraction of %s', (feature) => {
    expect(check(feature, 0.5, 'plus')).toMatchObject({ allowed: false, denial: { code: 'INVALID_AMOUNT' } })
  })

  it('denies an amount that could not be consumed, also for unlimited features', () => {
    for (const feature of ['deployments', 'tokens'])
      expect(check(feature, MAX_AMOUNT + 1, 'individual').denial).toMatchObject({
        code: 'INVALID_AMOUNT',
        field: 'amount',
      })
  })

  it("denies calls above every plan's rate with a remedy other than waiting", () => {
    const { denial, explain } = check('restart_rate', 6, 'free')
    expect(denial).toMatchObject({
      __typename: 'QuotaExceeded',
      message: 'restart_rate: 6 requested, but plan Free allows 5 per minute.',
      used: 0,
      limit: 5,
      resetsAt: null,
    })
    expect(denial!.remedies.map(({ kind, target }) => [kind, target?.id])).toEqual([['UPGRADE_PLAN', 'pln_plus']])
    expect(explain).toContain('6 requested, 5 remaining: 1 missing.')
    expect(check('restart_rate', 11, 'free').denial!.remedies).toEqual([])
    expect(check('restart_rate', 0, 'free').denial!.code).toBe('INVALID_AMOUNT')
  })

  it('lists the plans that would lift a denial, cheapest first', () => {
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

  it('explains the plan, sources, usage, shortage and cheapest remedy', () => {
    const agileforge = shippedCatalog('agileforge')
    const input = {
      ...accountSnapshot('free', { allocated: { members: 3 } }),
      held: [heldPlan(agileforge.planByCode.get('starter')!)],
    }
    expect(explained(decideCheck(agileforge, input, 'members', 2))).toEqual([
      'The plan is Starter Team.',
      'The plan Starter Team grants 3.',
      '3 of 3 used.',
      '2 requested, 0 remaining: 2 missing.',
      'Cheapest remedy: Upgrade to Professional at $10.00 a month.',
    ])
    expect(explained(decideCheck(agileforge, input, 'sso', 1))).toEqual([
      'The plan is Starter Team.',
      'No plan, package or override grants it.',
      'Cheapest remedy: Upgrade to Business at $18.00 a month.',
    ])
    expect(decideCheck(agileforge, input, 'projects', 5).explain.at(-1)).toBe('5 left.')
  })

  it('lists the sources of an allowed amount in deduction order', () => {
    const agileforge = shippedCatalog('agileforge')
    const pack = (id: string, amount: number, expires: string) =>
      heldGrant({ id, feature: 'ai_stories', sourceCode: 'stories_50', amount, expiresAt: new Date(expires) })
    const input = {
      ...accountSnapshot('free'),
      held: [heldPlan(agileforge.planByCode.get('starter')!)],
      grants: [pack('grt_1', 10, '2027-02-01T00:00:00Z'), pack('grt_2', 50, '2027-04-01T00:00:00Z')],
    }
    expect(decideCheck(agileforge, input, 'ai_stories', 40).explain.slice(-2)).toEqual([
      '85 left.',
      'Consumption order: 25 of the plan Starter Team, then 10 of the package 50 AI Stories (until February 1, 2027 at 12:00 AM UTC), then 5 of the package 50 AI Stories (until April 1, 2027 at 12:00 AM UTC).',
    ])
    expect(decideCheck(agileforge, input, 'ai_stories', 86).explain.join(' ')).not.toContain('Taken')
  })

  it('uses the fixed messages', () => {
    const said = (catalog: string, plan: string, feature: string, used: number, amount = 1) => {
      const snapshot = shippedCatalog(catalog)
      const input = { ...accountSnapshot('free'), held: [heldPlan(snapshot.planByCode.get(plan)!)] }
      const entitlement = { ...evaluateFeature(snapshot, input, snapshot.features.get(feature)!), used, remaining: 0 }
      const denial = notEnough(snapshot, input, entitlement, amount)
      return [denial.code, codeInfo(denial.code).text, denial.message]
    }
    expect(said('attribution', 'pro', 'attribution_runs', 5000)).toEqual([
      'QUOTA_EXCEEDED',
      'Plan limit exceeded',
      'You have used 5000/5000 attribution runs this month.',
    ])
    expect(said('communities', 'free', 'ai_chat_message', 100)[2]).toBe(
      'You have used 100/100 AI chat messages in the last 30 days.',
    )
    expect(said('agileforge', 'starter', 'ai_stories', 25)[2]).toBe(
      'Insufficient AI story credits: you have used 25/25 AI stories this month.',
    )
    // The rest would not explain the denial.
    expect(said('agileforge', 'starter', 'ai_stories', 0, 26)[2]).toBe(
      'Insufficient AI story credits: 26 AI stories requested of 25 this month.',
    )
    expect(said('agileforge', 'starter', 'members', 3)).toEqual([
      'LIMIT_REACHED',
      'Plan limit exceeded',
      'You have used 3/3 team members.',
    ])
  })
})
