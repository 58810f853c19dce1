import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { CatalogPlan, CatalogPlanFeature, CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'

const feature = (code: string, kind: FeatureDefinition['kind'], nearLimitPercents: number[] | null = null) => ({
  code,
  name: code,
  description: null,
  kind,
  unit: null,
  window: null,
  nearLimitPercents,
  onFailure: 'CLOSED' as const,
  ratePeriod: null,
  inAccountTimeZone: false,
  properties: [],
  meter: null,
  overageMeter: null,
})

const FEATURES = [
  feature('deployments', 'LIMIT'),
  feature('servers', 'LIMIT', [50]),
  feature('restart_rate', 'RATE'),
  feature('sso', 'BOOLEAN'),
  feature('tokens', 'QUOTA'),
]

type Amount = number | 'unlimited' | boolean | { perUnit: number } | { perSeat: number }

function granted(definition: FeatureDefinition, amount: Amount): CatalogPlanFeature {
  const each = typeof amount === 'object' ? ('perUnit' in amount ? amount.perUnit : amount.perSeat) : amount
  return {
    feature: definition,
    enabled: amount !== false,
    unlimited: amount === 'unlimited',
    amount: typeof each === 'number' ? each : null,
    window: null,
    perSeat: typeof amount === 'object' && 'perSeat' in amount,
    perUnit: typeof amount === 'object' && 'perUnit' in amount ? 'managed_server' : null,
    text: null,
  }
}

/** A plan of the fixture; without a price it is the one that everybody has. */
function plan(
  code: string,
  rank: number,
  price: number | null,
  stacks: string[] | null,
  features: Record<string, Amount>,
  group = 'main',
): CatalogPlan {
  return {
    __typename: 'Plan',
    id: `pln_${code}`,
    versionId: `plv_${code}`,
    productId: `prd_${code}`,
    code,
    name: code[0]!.toUpperCase() + code.slice(1),
    description: null,
    group,
    rank,
    version: 1,
    active: true,
    bullets: [],
    versionPrices: [],
    overageThreshold: null,
    supportedStacks: stacks,
    prices:
      price === null
        ? []
        : [
            {
              id: `prc_${code}`,
              productId: `prd_${code}`,
              money: { amountMinor: price, currency: 'USD' },
              amountMinor: price,
              currency: 'USD',
              interval: 'MONTH',
              trialDays: 0,
              per: null,
              active: true,
            },
          ],
    features: FEATURES.flatMap((definition) => {
      const amount = features[definition.code]
      return amount === undefined ? [] : [granted(definition, amount)]
    }),
  }
}

const PLANS = [
  plan('free', 0, null, ['wordpress'], { deployments: 1, restart_rate: 5, sso: false }),
  plan('basic', 1, 1000, ['wordpress', 'ghost'], {
    deployments: 3,
    servers: { perUnit: 2 },
    restart_rate: 5,
    sso: false,
  }),
  plan('plus', 2, 2000, null, { deployments: 10, servers: { perSeat: 3 }, restart_rate: 10, sso: true, tokens: 100 }),
  plan('individual', 3, 4000, null, { deployments: 'unlimited', sso: true, tokens: 'unlimited' }),
]

/** A small catalog in memory: four plans, and a feature of each kind. */
export const catalogFixture: CatalogSnapshot = {
  business: 'fixture',
  currency: 'USD',
  defaultGroup: 'main',
  brand: null,
  domains: [],
  receiptMails: ['STRIPE', 'PAYPAL'],
  returnUrls: { kind: 'client' },
  taxes: null,
  upgradeUrl: '/billing/start',
  nearLimitPercents: [80],
  hasOverage: false,
  hasRollover: false,
  spendCaps: [],
  balanceAlerts: [],
  seats: [],
  pools: [],
  topUps: null,
  pause: null,
  vendorShareBasisPoints: 8000,
  dunning: { graceDays: 7 },
  unusedTime: 'CREDIT',
  trials: { cardRequired: true, withoutCard: 'CANCEL', oncePer: null },
  features: new Map(FEATURES.map((definition) => [definition.code, definition])),
  rateCards: new Map(),
  plans: PLANS,
  planById: new Map(PLANS.map((item) => [item.id, item])),
  planByCode: new Map(PLANS.map((item) => [item.code, item])),
  planByVersionId: new Map(PLANS.map((item) => [item.versionId, item])),
  packages: [],
  packageById: new Map(),
  packageByCode: new Map(),
  packageByVersionId: new Map(),
  priceById: new Map(PLANS.flatMap((item) => item.prices.map((price) => [price.id, price] as const))),
  productById: new Map(),
  productByTemplateId: new Map(),
  pricesByProductId: new Map(),
  products: [],
}

/** A plan of another group, for an account that holds one of each. */
export const supportPlan = plan('gold', 0, 500, null, { deployments: 5 }, 'support')
