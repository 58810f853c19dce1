import { evaluateFeature } from '#services/entitlements/model/evaluate-entitlements.js'
import { snapshotAt, type Grant, type AccountSnapshot } from '#services/entitlements/model/account-snapshot.js'
import { catalogFixture } from '#test/support/catalog-fixture.js'
import { heldGrant, accountSnapshot } from '#test/support/account-snapshot.js'

const FEATURES = new Map(catalogFixture.features)
FEATURES.set('tokens', { ...FEATURES.get('tokens')!, window: 'month' })
FEATURES.set('gems', { ...FEATURES.get('tokens')!, code: 'gems', name: 'Gems', kind: 'CREDIT', window: null })
const catalog = { ...catalogFixture, features: FEATURES }

const at = (text: string) => new Date(text)
const right = (feature: string, snapshot: AccountSnapshot) => evaluateFeature(catalog, snapshot, FEATURES.get(feature)!)

const grant = (changed: Partial<Grant> = {}): Grant => heldGrant({ feature: 'gems', sourceCode: 'gems_50', ...changed })
const use = (feature: string, used: number, reserved = 0, month = '2026-01') => ({
  feature,
  windowStart: at(`${month}-01T00:00:00Z`),
  windowEnd: new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 1)),
  used,
  reserved,
})

describe('consumable features', () => {
  it('show usage, reservations, the remaining amount, and the reset', () => {
    const snapshot = accountSnapshot('plus', { usage: [use('tokens', 70, 10)] })
    expect(right('tokens', snapshot)).toMatchObject({
      limit: 100,
      used: 70,
      reserved: 10,
      remaining: 20,
      percent: 80,
      nearLimit: true,
      resetsAt: at('2026-02-01T00:00:00Z'),
    })
  })

  it('reset exactly with the month, across the end of the year', () => {
    const snapshot = accountSnapshot('plus', {
      at: at('2026-12-31T23:59:59Z'),
      usage: [use('tokens', 100, 0, '2026-12')],
    })
    expect(right('tokens', snapshot)).toMatchObject({ remaining: 0, resetsAt: at('2027-01-01T00:00:00Z') })
    expect(right('tokens', snapshotAt(catalog, snapshot, at('2026-12-31T23:59:59.999Z'))).remaining).toBe(0)
    expect(right('tokens', snapshotAt(catalog, snapshot, at('2027-01-01T00:00:00.000Z')))).toMatchObject({
      used: 0,
      remaining: 100,
    })
  })

  it('use packs after the allowance; a reduced allowance leaves the packs unchanged', () => {
    const snapshot = accountSnapshot('plus', {
      usage: [use('tokens', 130)],
      grants: [grant({ feature: 'tokens', used: 5 })],
    })
    expect(right('tokens', snapshot)).toMatchObject({ limit: 150, used: 135, remaining: 45 })
    expect(right('tokens', snapshot).sources.map(({ kind, code, amount }) => [kind, code, amount])).toEqual([
      ['PLAN', 'plus', 100],
      ['PACKAGE', 'gems_50', 50],
    ])
  })

  it('count only the pack balance left at the start of the window', () => {
    const pack = (changed: Partial<Grant>) =>
      grant({ feature: 'tokens', amount: 1000, used: 1000, grantedAt: at('2025-12-01T00:00:00Z'), ...changed })
    const shown = (...grants: Grant[]) => right('tokens', accountSnapshot('plus', { grants }))
    expect(shown(pack({}))).toMatchObject({ limit: 100, used: 0, remaining: 100, percent: 0, nearLimit: false })
    expect(shown(pack({})).sources.map(({ code, amount }) => [code, amount])).toEqual([
      ['plus', 100],
      ['gems_50', 0],
    ])
    // The balance was 400 of 1,000 units at the start of January and is 100 now.
    const january = { used: 900, usedBeforePeriod: 600, usagePeriodStart: at('2026-01-01T00:00:00Z') }
    expect(shown(pack(january))).toMatchObject({ limit: 500, used: 300, remaining: 200, nearLimit: false })
    // A pack of this month counts whole, as before.
    expect(shown(pack({ grantedAt: at('2026-01-02T00:00:00Z'), used: 990 }))).toMatchObject({
      limit: 1100,
      used: 990,
      remaining: 110,
      nearLimit: true,
    })
    const february = snapshotAt(
      catalog,
      accountSnapshot('plus', { grants: [pack(january)] }),
      at('2026-02-01T00:00:00Z'),
    )
    expect(right('tokens', february)).toMatchObject({ limit: 200, used: 0, remaining: 200 })
  })

  it('count one-time grants from their start until they expire', () => {
    const old = grant({ id: 'grt_0', amount: 1000, used: 1000, grantedAt: at('2025-02-01T00:00:00Z') })
    const shown = (...grants: Grant[]) => right('gems', accountSnapshot('free', { grants }))
    expect(shown(old)).toMatchObject({ limit: 1000, used: 1000, remaining: 0, percent: 100, nearLimit: true })
    expect(shown(old, grant())).toMatchObject({ limit: 1050, used: 1000, remaining: 50 })
  })

  it('never count expired grants, to the millisecond', () => {
    const snapshot = accountSnapshot('free', { grants: [grant()] })
    const remaining = (moment: string) => right('gems', snapshotAt(catalog, snapshot, at(moment))).remaining
    expect([remaining('2026-03-31T23:59:59.999Z'), remaining('2026-04-01T00:00:00.000Z')]).toEqual([50, 0])
  })

  it('grant a flag while its pack has units left', () => {
    const sso = (changed: Partial<Grant>, moment = '2026-02-01T00:00:00Z') =>
      right('sso', accountSnapshot('free', { at: at(moment), grants: [grant({ flags: ['sso'], ...changed })] })).granted
    expect(sso({})).toBe(true)
    expect(sso({ used: 49 })).toBe(true)
    expect(sso({ used: 49, reserved: 1 })).toBe(true)
    expect(sso({ used: 50 })).toBe(false)
    expect(sso({ used: 10, revoked: 40, revokedAt: at('2026-01-20T00:00:00Z') })).toBe(false)
    expect(sso({}, '2026-04-01T00:00:00Z')).toBe(false)
  })
})

describe('sources', () => {
  const override = (changed: object) => ({
    id: 'ovr_1',
    feature: 'deployments',
    amount: 7,
    unlimited: false,
    reason: 'a favour',
    since: at('2026-01-10T00:00:00Z'),
    until: at('2026-01-20T00:00:00Z'),
    ...changed,
  })
  const addon = {
    id: 'pka_1',
    quantity: 2,
    since: at('2026-01-10T00:00:00Z'),
    endsAt: null,
    package: {
      __typename: 'Package' as const,
      id: 'pkg_1',
      versionId: 'pkv_1',
      productId: 'prd_1',
      code: 'more',
      type: 'ADDON' as const,
      name: 'More',
      description: null,
      bullets: [],
      version: 1,
      active: true,
      prices: [],
      validForDays: null,
      contactUrl: null,
      grants: [
        {
          feature: FEATURES.get('deployments')!,
          enabled: true,
          unlimited: false,
          amount: 10,
          window: null,
          perSeat: false,
          perUnit: null,
          text: null,
        },
      ],
    },
  }

  it('add up in the stated order: plan, add-on, package, override', () => {
    const snapshot = accountSnapshot('plus', {
      overrides: [override({})],
      packages: [{ ...addon, package: { ...addon.package, type: 'ENTERPRISE', code: 'deal' } }, addon],
    })
    const entitlement = right('deployments', snapshot)
    expect(entitlement.sources.map(({ kind, code, amount }) => [kind, code, amount])).toEqual([
      ['PLAN', 'plus', 10],
      ['ADDON', 'more', 20],
      ['PACKAGE', 'deal', 20],
      ['OVERRIDE', 'a favour', 7],
    ])
    expect(entitlement.limit).toBe(57)
  })

  it('count from their start to their end', () => {
    const snapshot = accountSnapshot('plus', { overrides: [override({})], at: at('2026-01-05T00:00:00Z') })
    const limit = (moment: string) => right('deployments', snapshotAt(catalog, snapshot, at(moment))).limit
    expect([
      limit('2026-01-09T23:59:59Z'),
      limit('2026-01-10T00:00:00Z'),
      limit('2026-01-19T23:59:59Z'),
      limit('2026-01-20T00:00:00Z'),
    ]).toEqual([10, 17, 17, 10])
    const boundless = accountSnapshot('plus', { overrides: [override({ amount: null, unlimited: true })] })
    expect(right('deployments', boundless)).toMatchObject({ unlimited: true, limit: null, remaining: null })
  })

  it('count the maximum number of members of the period, so that removing and adding grants nothing', () => {
    const members = [
      { at: at('2025-12-20T00:00:00Z'), members: 2, peak: 2 },
      { at: at('2026-01-05T00:00:00Z'), members: 3, peak: 3 },
      { at: at('2026-01-08T00:00:00Z'), members: 1, peak: 4 },
    ]
    const snapshot = accountSnapshot('plus', { members, assignments: [] })
    const limit = (moment: string) => right('servers', snapshotAt(catalog, snapshot, at(moment))).limit
    expect([
      limit('2026-01-01T00:00:00Z'),
      limit('2026-01-06T00:00:00Z'),
      limit('2026-01-31T00:00:00Z'),
      limit('2026-02-01T00:00:00Z'),
    ]).toEqual([6, 9, 12, 3])
  })
})
