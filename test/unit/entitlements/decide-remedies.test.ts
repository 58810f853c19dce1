import { useTextsOf } from '#services/entitlements/model/use-texts.js'
import { decideCheck } from '#services/entitlements/check/decide-check.js'
import { explainRemedies } from '#services/entitlements/check/explain-check.js'
import { checkAddon, contactRequired } from '#services/entitlements/model/check-addon.js'
import { decideRemedies } from '#services/entitlements/model/decide-remedies.js'
import { evaluateFeature } from '#services/entitlements/model/evaluate-entitlements.js'
import type { AccountSnapshot } from '#services/entitlements/model/account-snapshot.js'
import { planRemedies } from '#services/entitlements/model/plan-remedies.js'
import type { Remedy } from '#services/kernel/denials/denial.js'
import { catalogFixture } from '#test/support/catalog-fixture.js'
import { heldGrant, heldPlan, accountSnapshot } from '#test/support/account-snapshot.js'
import { shippedCatalog } from '#test/support/shipped-catalog.js'

const catalogs = {
  agileforge: shippedCatalog('agileforge'),
  attribution: shippedCatalog('attribution'),
  communities: shippedCatalog('communities'),
  'try-direct': shippedCatalog('try-direct'),
  fixture: catalogFixture,
}

interface Case {
  readonly catalog: keyof typeof catalogs
  readonly plan: string
  readonly feature: string
  /** Usage of the plan's limit. `used` counts named resources. */
  readonly used?: number
  readonly amount?: number
  readonly quantity?: number
}

const snapshotOf = ({ catalog, plan, feature, used = 0, quantity = 1 }: Case) => ({
  ...accountSnapshot('free', { allocated: { [feature]: used } }),
  held: [heldPlan(catalogs[catalog].planByCode.get(plan)!, { quantity })],
})

function remedies(given: Case): Remedy[] {
  const catalog = catalogs[given.catalog]
  const input = snapshotOf(given)
  const entitlement = evaluateFeature(catalog, input, catalog.features.get(given.feature)!)
  return decideRemedies(catalog, input, entitlement, given.amount ?? 1)
}

/** As `Buy 50 AI Stories: 5.00 GBP, purchasePackage pkg_stories_50`. */
const published = ({ label, price, mutation, target, url }: Remedy): string =>
  `${label}: ${price ? `${price.money.amountMinor} ${price.money.currency}` : (url ?? '')}, ${mutation} ${target?.id}`

describe('Costs of upgrades', () => {
  it.each([
    ['subscription', 800],
    ['comped', 1_800],
    ['purchase', 1_800],
  ])('subtract the price of the present plan if a %s gives it: %i', (sourceType, amountMinor) => {
    const { agileforge } = catalogs
    const { plan, assignment } = heldPlan(agileforge.planByCode.get('professional')!)
    const input = { ...accountSnapshot('free'), held: [{ plan, assignment: { ...assignment!, sourceType } }] }
    const entitlement = evaluateFeature(agileforge, input, agileforge.features.get('sso')!)
    expect(planRemedies(agileforge, input, entitlement, 1).map(({ cost }) => cost)).toEqual([
      { amountMinor, currency: 'USD' },
    ])
  })
})

describe('Remedies of a denial', () => {
  it.each<[string, Case, string[]]>([
    [
      'a hundred packs are sold in one purchase',
      { catalog: 'agileforge', plan: 'professional', feature: 'ai_stories', amount: 200 + 100 * 250 },
      [
        'Upgrade to Business: 1800 USD, changePlan pln_business',
        'Buy 100 × 250 AI Stories: 2000 GBP, purchasePackage pkg_stories_250',
      ],
    ],
    [
      'more than a hundred packs are not, so they are not offered',
      { catalog: 'agileforge', plan: 'professional', feature: 'ai_stories', amount: 200 + 100 * 250 + 1 },
      ['Upgrade to Business: 1800 USD, changePlan pln_business'],
    ],
    [
      'the fourth member on Starter',
      { catalog: 'agileforge', plan: 'starter', feature: 'members', used: 3 },
      [
        'Upgrade to Professional: 1000 USD, startSubscription pln_professional',
        'Upgrade to Business: 1800 USD, startSubscription pln_business',
      ],
    ],
    [
      'the sixth project on Starter',
      { catalog: 'agileforge', plan: 'starter', feature: 'projects', used: 5 },
      [
        'Upgrade to Professional: 1000 USD, startSubscription pln_professional',
        'Upgrade to Business: 1800 USD, startSubscription pln_business',
      ],
    ],
    [
      'the second gigabyte on Starter: an add-on needs a subscription, so it is not offered',
      { catalog: 'agileforge', plan: 'starter', feature: 'storage_gb', used: 1 },
      [
        'Upgrade to Professional: 1000 USD, startSubscription pln_professional',
        'Upgrade to Business: 1800 USD, startSubscription pln_business',
      ],
    ],
    [
      'the 51st gigabyte on Professional: the add-on costs less than the next plan',
      { catalog: 'agileforge', plan: 'professional', feature: 'storage_gb', used: 50 },
      [
        'Add Extra Storage: 250 USD, addAddon pkg_extra_storage',
        'Upgrade to Business: 1800 USD, changePlan pln_business',
      ],
    ],
    [
      'forty gigabytes more: four add-ons cost more than the next plan is dearer',
      { catalog: 'agileforge', plan: 'professional', feature: 'storage_gb', used: 50, amount: 40 },
      [
        'Upgrade to Business: 1800 USD, changePlan pln_business',
        'Add 4 × Extra Storage: 250 USD, addAddon pkg_extra_storage',
      ],
    ],
    [
      'more than the largest plan holds: add-ons alone',
      { catalog: 'agileforge', plan: 'business', feature: 'storage_gb', used: 200, amount: 25 },
      ['Add 3 × Extra Storage: 250 USD, addAddon pkg_extra_storage'],
    ],
    [
      'a 26th story on Starter: by the sums of prices that stand in both, five pounds are 6.33 dollars',
      { catalog: 'agileforge', plan: 'starter', feature: 'ai_stories', amount: 26 },
      [
        'Buy 50 AI Stories: 500 GBP, purchasePackage pkg_stories_50',
        'Upgrade to Professional: 1000 USD, startSubscription pln_professional',
        'Buy 100 AI Stories: 900 GBP, purchasePackage pkg_stories_100',
        'Upgrade to Business: 1800 USD, startSubscription pln_business',
        'Buy 250 AI Stories: 2000 GBP, purchasePackage pkg_stories_250',
      ],
    ],
    [
      'three hundred stories on Professional: as many packs as it takes',
      { catalog: 'agileforge', plan: 'professional', feature: 'ai_stories', amount: 500 },
      [
        'Upgrade to Business: 1800 USD, changePlan pln_business',
        'Buy 3 × 100 AI Stories: 900 GBP, purchasePackage pkg_stories_100',
        'Buy 6 × 50 AI Stories: 500 GBP, purchasePackage pkg_stories_50',
        'Buy 2 × 250 AI Stories: 2000 GBP, purchasePackage pkg_stories_250',
      ],
    ],
    [
      'priority: the pack that carries the flag',
      { catalog: 'agileforge', plan: 'business', feature: 'priority_processing' },
      ['Buy 250 AI Stories: 2000 GBP, purchasePackage pkg_stories_250'],
    ],
    [
      'single sign-on: only one plan has it',
      { catalog: 'agileforge', plan: 'professional', feature: 'sso' },
      ['Upgrade to Business: 1800 USD, changePlan pln_business'],
    ],
    [
      'priority support on Professional: the add-on, then the plan that includes it',
      { catalog: 'agileforge', plan: 'professional', feature: 'priority_support' },
      [
        'Add Priority Support: 650 USD, addAddon pkg_priority_support',
        'Upgrade to Business: 1800 USD, changePlan pln_business',
      ],
    ],
    [
      'exports on Pro',
      { catalog: 'attribution', plan: 'pro', feature: 'exports' },
      ['Upgrade to Scale: 19900 USD, changePlan pln_scale'],
    ],
    [
      'the fourth model on Pro',
      { catalog: 'attribution', plan: 'pro', feature: 'models', used: 3 },
      ['Upgrade to Scale: 19900 USD, changePlan pln_scale'],
    ],
    [
      'more than anybody sells, where nobody can be asked',
      { catalog: 'attribution', plan: 'scale', feature: 'models', used: 10 },
      [],
    ],
    [
      'messages past the free ones',
      { catalog: 'communities', plan: 'free', feature: 'ai_chat_message', amount: 101 },
      ['Upgrade to Pro: 1900 USD, startSubscription pln_pro'],
    ],
    [
      'a second managed server on Basic: one more unit of the same plan, then larger ones for two',
      { catalog: 'try-direct', plan: 'basic', feature: 'managed_servers', used: 1 },
      [
        'Pay Basic for 2 managed servers: 1000 USD, changePlan pln_basic',
        'Upgrade to Plus for 2 managed servers: 2000 USD, changePlan pln_plus',
        'Upgrade to Individual for 2 managed servers: 4000 USD, changePlan pln_individual',
      ],
    ],
    [
      'three managed servers on Free',
      { catalog: 'try-direct', plan: 'free', feature: 'managed_servers', used: 1, amount: 2 },
      [
        'Upgrade to Basic for 3 managed servers: 1000 USD, startSubscription pln_basic',
        'Upgrade to Plus for 3 managed servers: 2000 USD, startSubscription pln_plus',
        'Upgrade to Individual for 3 managed servers: 4000 USD, startSubscription pln_individual',
      ],
    ],
    [
      'the fourth deployment on Basic',
      { catalog: 'try-direct', plan: 'basic', feature: 'deployments', used: 3 },
      ['Upgrade to Plus: 2000 USD, changePlan pln_plus', 'Upgrade to Individual: 4000 USD, changePlan pln_individual'],
    ],
  ])('%s', (_what, given, expected) => {
    expect(remedies(given).map(published)).toEqual(expected)
  })

  it('suggests contact if no listed product suffices', () => {
    const { agileforge } = catalogs
    const withoutAddons = { ...agileforge, packages: agileforge.packages.filter(({ type }) => type !== 'ADDON') }
    const input = snapshotOf({ catalog: 'agileforge', plan: 'business', feature: 'storage_gb', used: 200 })
    const entitlement = evaluateFeature(withoutAddons, input, agileforge.features.get('storage_gb')!)
    expect(decideRemedies(withoutAddons, input, entitlement, 1)).toEqual([
      expect.objectContaining({
        kind: 'CONTACT_SALES',
        label: 'Contact sales about Enterprise',
        url: 'https://agileforge.example/contact',
        target: { __typename: 'Package', id: 'pkg_enterprise' },
      }),
    ])
  })

  it('suggests waiting first if the amount fits into the next window', () => {
    const { attribution } = catalogs
    const input = snapshotOf({ catalog: 'attribution', plan: 'pro', feature: 'attribution_runs' })
    const entitlement = {
      ...evaluateFeature(attribution, input, attribution.features.get('attribution_runs')!),
      used: 5000,
      remaining: 0,
      resetsAt: new Date('2026-02-01T00:00:00Z'),
    }
    expect(decideRemedies(attribution, input, entitlement, 1)[0]).toMatchObject({
      kind: 'WAIT',
      at: new Date('2026-02-01T00:00:00Z'),
      price: null,
    })
    expect(decideRemedies(attribution, input, entitlement, 5001).map(({ kind }) => kind)).not.toContain('WAIT')
  })
})

describe('Cheapest remedy', () => {
  it.each<[Case, string]>([
    [
      { catalog: 'try-direct', plan: 'free', feature: 'managed_servers', used: 1 },
      'Upgrade to Basic for 2 managed servers at $20.00 a month',
    ],
    [
      { catalog: 'try-direct', plan: 'basic', feature: 'managed_servers', used: 1 },
      'Pay Basic for 2 managed servers at $20.00 a month',
    ],
    [
      { catalog: 'agileforge', plan: 'business', feature: 'storage_gb', used: 200, amount: 25 },
      'Add 3 × Extra Storage at $7.50 a month',
    ],
  ])('compares the total price: %o', (given, expected) => {
    const { denial } = decideCheck(catalogs[given.catalog], snapshotOf(given), given.feature, given.amount ?? 1)
    expect(explainRemedies(denial).at(-1)).toBe(`Cheapest remedy: ${expected}.`)
  })
})

describe('Wait as a remedy', () => {
  const at = (text: string) => new Date(text)
  const waitsUntil = (name: keyof typeof catalogs, feature: string, snapshot: AccountSnapshot, amount: number) => {
    const catalog = catalogs[name]
    const entitlement = evaluateFeature(catalog, snapshot, catalog.features.get(feature)!)
    return decideRemedies(catalog, snapshot, entitlement, amount).find(({ kind }) => kind === 'WAIT')?.at ?? null
  }
  const holding = (name: keyof typeof catalogs, plan: string, changed: Partial<AccountSnapshot>): AccountSnapshot => ({
    ...accountSnapshot('free', changed),
    held: [{ plan: catalogs[name].planByCode.get(plan)!, assignment: null }],
  })

  it('counts usage of a sliding window as released step by step', () => {
    const use = (day: string, end: string, used: number) => ({
      feature: 'ai_chat_message',
      windowStart: at(`2026-${day}T00:00:00Z`),
      windowEnd: at(`2026-${end}T12:00:00Z`),
      used,
      reserved: 0,
    })
    const usage = [use('01-15', '02-14', 40), use('01-01', '01-31', 60)]
    const waits = (amount: number) =>
      waitsUntil('communities', 'ai_chat_message', holding('communities', 'free', { usage }), amount)
    expect(waits(60)).toEqual(at('2026-01-31T12:00:00Z'))
    expect(waits(80)).toEqual(at('2026-02-14T12:00:00Z'))
    expect(waits(101)).toBeNull()
  })

  describe('stories on Starter, 25 a month', () => {
    const end = at('2026-02-01T00:00:00Z')
    const used = (count: number, reserved = 0) => [
      { feature: 'ai_stories', windowStart: at('2026-01-01T00:00:00Z'), windowEnd: end, used: count, reserved },
    ]
    const pack = (changed: object) => heldGrant({ feature: 'ai_stories', sourceCode: 'stories_50', ...changed })
    const waits = (changed: Partial<AccountSnapshot>, amount: number) =>
      waitsUntil('agileforge', 'ai_stories', holding('agileforge', 'starter', { createdAt: end, ...changed }), amount)

    it('never restores an exhausted pack with a new month', () => {
      const input = { usage: used(25), grants: [pack({ used: 50 })] }
      expect(waits(input, 25)).toEqual(end)
      expect(waits(input, 50)).toBeNull()
    })

    it('counts the rest of a pack only if it does not expire before', () => {
      const left = (expiresAt: Date) => waits({ usage: used(25), grants: [pack({ used: 40, expiresAt })] }, 35)
      expect(left(at('2026-02-01T00:00:00.001Z'))).toEqual(end)
      expect(left(end)).toBeNull()
    })

    it('counts reserved units of a pack as free after the reservation expires', () => {
      const held = (expiresAt: Date) => ({
        version: 3,
        operationNo: 0,
        feature: 'ai_stories',
        amount: 50,
        parts: [{ grantId: 'grt_1', windowStart: null, windowEnd: null, amount: 50, source: 'PACKAGE stories_50' }],
        ...useTextsOf({}),
        subAccountId: null,
        userId: null,
        terms: null,
        createdAt: at('2026-01-15T00:00:00Z'),
        expiresAt,
      })
      const grants = [pack({ reserved: 50 })]
      expect(waits({ usage: used(25), grants, reservations: [held(end)] }, 75)).toEqual(end)
      expect(waits({ usage: used(25), grants, reservations: [held(at('2026-02-01T00:00:00.001Z'))] }, 75)).toBeNull()
    })
  })
})

describe('Add-on eligibility', () => {
  const addon = (code: string) => catalogs.agileforge.packageByCode.get(code)!
  const requested = (plan: string, code: string) =>
    checkAddon(snapshotOf({ catalog: 'agileforge', plan, feature: 'members' }), addon(code))?.code ?? 'allowed'

  it.each([
    ['without a subscription there is nothing to add it to', 'starter', 'extra_storage', 'BASE_SUBSCRIPTION_REQUIRED'],
    ['storage on Professional', 'professional', 'extra_storage', 'allowed'],
    ['storage on Business, which has a limit too', 'business', 'extra_storage', 'allowed'],
    ['priority support on Professional', 'professional', 'priority_support', 'allowed'],
    ['priority support on Business, which includes it', 'business', 'priority_support', 'ALREADY_INCLUDED'],
    ['integrations on Professional, which includes them', 'professional', 'advanced_integrations', 'ALREADY_INCLUDED'],
  ])('%s', (_what, plan, code, expected) => {
    expect(requested(plan, code)).toBe(expected)
  })

  it('denies storage on a plan without a limit as included', () => {
    const { agileforge } = catalogs
    const business = agileforge.planByCode.get('business')!
    const unlimited = business.features.map((granted) =>
      granted.feature.code === 'storage_gb' ? { ...granted, unlimited: true, amount: null } : granted,
    )
    const input = { ...accountSnapshot('free'), held: [heldPlan({ ...business, features: unlimited })] }
    expect(checkAddon(input, addon('extra_storage'))).toMatchObject({
      code: 'ALREADY_INCLUDED',
      message: 'Extra Storage is already included in plan Business.',
    })
  })

  it('returns the contact for enterprise', () => {
    expect(contactRequired(addon('enterprise'))).toMatchObject({
      code: 'CONTACT_REQUIRED',
      remedies: [{ kind: 'CONTACT_SALES', url: 'https://agileforge.example/contact' }],
    })
  })
})
