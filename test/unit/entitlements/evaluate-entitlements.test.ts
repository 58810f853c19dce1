import { accountPlan } from '#services/entitlements/plans/account-plan.js'
import { endOfDay } from '#services/entitlements/plans/assign-plan.js'
import { evaluateEntitlements, evaluateFeature } from '#services/entitlements/model/evaluate-entitlements.js'
import { catalogFixture, supportPlan } from '#test/support/catalog-fixture.js'
import { heldPlan, accountSnapshot } from '#test/support/account-snapshot.js'

type SnapshotArguments = Parameters<typeof accountSnapshot>

const right = (feature: string, ...snapshot: SnapshotArguments) =>
  evaluateFeature(catalogFixture, accountSnapshot(...snapshot), catalogFixture.features.get(feature)!)

describe('account entitlements', () => {
  it('have one entry per feature, in catalog order, at the version of the snapshot', () => {
    const all = evaluateEntitlements(catalogFixture, accountSnapshot('plus'))
    expect(all.map(({ feature }) => feature.code)).toEqual([...catalogFixture.features.keys()])
    expect(all.every(({ version }) => version === 7)).toBe(true)
  })

  it.each<[string, string, SnapshotArguments, object]>([
    [
      'a limit that is not used',
      'deployments',
      ['plus'],
      { granted: true, limit: 10, used: 0, remaining: 10, percent: 0, nearLimit: false },
    ],
    [
      'a limit below its warning',
      'deployments',
      ['plus', { allocated: { deployments: 7 } }],
      { remaining: 3, percent: 70, nearLimit: false },
    ],
    [
      'a limit near its end',
      'deployments',
      ['plus', { allocated: { deployments: 8 } }],
      { remaining: 2, percent: 80, nearLimit: true },
    ],
    [
      'a limit that is used up',
      'deployments',
      ['free', { allocated: { deployments: 1 } }],
      { remaining: 0, percent: 100, nearLimit: true },
    ],
    [
      'a limit below what is in use: nothing remains, never less',
      'deployments',
      ['free', { allocated: { deployments: 4 } }],
      { limit: 1, used: 4, remaining: 0, percent: 400 },
    ],
    [
      'a percentage that has no binary fraction',
      'deployments',
      ['plus', { allocated: { deployments: 11 } }],
      { limit: 10, percent: 110, nearLimit: true },
    ],
    [
      'no limit at all',
      'deployments',
      ['individual', { allocated: { deployments: 99 } }],
      { granted: true, unlimited: true, limit: null, used: 99, remaining: null, percent: null, nearLimit: false },
    ],
    [
      'a feature that warns earlier than the catalog',
      'servers',
      ['basic', { allocated: { servers: 1 } }],
      { limit: 2, percent: 50, nearLimit: true },
    ],
    ['an amount for each paid unit', 'servers', ['basic', { quantity: 3 }], { limit: 6, remaining: 6 }],
    [
      'an amount for each seat of a plan with one price: as many as there are members',
      'servers',
      ['plus', { quantity: 4, members: [{ at: new Date('2026-01-01T00:00:00Z'), members: 2, peak: 2 }] }],
      { limit: 6 },
    ],
    [
      'a boolean that is included',
      'sso',
      ['plus'],
      { granted: true, unlimited: false, limit: null, remaining: null, percent: null },
    ],
    ['a boolean that the plan names and does not include', 'sso', ['basic'], { granted: false, sources: [] }],
    [
      'a feature that the plan does not name',
      'tokens',
      ['free'],
      { granted: false, limit: 0, remaining: 0, sources: [] },
    ],
    [
      'a rate, which is never near its end',
      'restart_rate',
      ['free', { allocated: { restart_rate: 5 } }],
      { granted: true, limit: 5, nearLimit: false },
    ],
  ])('%s', (_what, feature, snapshot, expected) => {
    expect(right(feature, ...snapshot)).toMatchObject(expected)
  })

  it('count the paid seats of a per-seat plan, regardless of the members', () => {
    const plus = catalogFixture.planByCode.get('plus')!
    const perSeat = { ...plus, prices: plus.prices.map((price) => ({ ...price, per: 'seat' })) }
    const members = [{ at: new Date('2026-01-01T00:00:00Z'), members: 9, peak: 9 }]
    expect(right('servers', 'plus', { held: [heldPlan(perSeat, { quantity: 4 })], members })).toMatchObject({
      limit: 12,
    })
  })

  it('sum several plans, and are unlimited if one plan is', () => {
    const plan = (code: string) => heldPlan(catalogFixture.planByCode.get(code)!)
    const both = right('deployments', 'plus', { held: [plan('plus'), heldPlan(supportPlan)] })
    expect(both).toMatchObject({ limit: 15, remaining: 15 })
    expect(both.sources.map(({ kind, code, amount }) => [kind, code, amount])).toEqual([
      ['PLAN', 'plus', 10],
      ['PLAN', 'gold', 5],
    ])
    expect(right('deployments', 'plus', { held: [plan('individual'), heldPlan(supportPlan)] })).toMatchObject({
      unlimited: true,
      limit: null,
    })
  })

  it('contain the end of a source; the default plan has none', () => {
    const expiresAt = new Date('2026-02-16T00:00:00Z')
    expect(right('deployments', 'plus', { expiresAt }).sources[0]).toMatchObject({
      expiresAt: expiresAt,
      object: { id: 'pln_plus' },
    })
    expect(right('deployments', 'free').sources[0]).toMatchObject({ expiresAt: null })
  })

  it('contain the main plan with its remaining amounts as plan info', () => {
    const info = accountPlan(catalogFixture, accountSnapshot('basic', { allocated: { deployments: 1 } }))
    expect(info).toMatchObject({ plan: { code: 'basic' }, deploymentsLeft: 2, supportedStacks: ['wordpress', 'ghost'] })
    expect(accountPlan(catalogFixture, accountSnapshot('individual'))).toMatchObject({
      deploymentsLeft: null,
      supportedStacks: null,
    })
  })

  it.each([
    ['2026-02-15T10:00:00Z', '2026-02-16T00:00:00.000Z'],
    ['2026-02-15T00:00:00Z', '2026-02-16T00:00:00.000Z'],
    ['2026-02-28T23:59:59.999Z', '2026-03-01T00:00:00.000Z'],
    ['2028-02-28T12:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['2026-12-31T23:59:59Z', '2027-01-01T00:00:00.000Z'],
  ])('expire a plan that ends at %s at the end of that day, %s', (end, expires) => {
    expect(endOfDay(new Date(end)).toISOString()).toBe(expires)
  })
})
