import type { FeatureDefinition, QuotaWindow } from '#services/catalog/definition/types.js'
import type {
  CatalogPackage,
  CatalogPlan,
  CatalogPlanFeature,
  CatalogSnapshot,
} from '#services/catalog/snapshot/catalog-snapshot.js'

/** A feature of the catalog of the proof. */
export interface FeatureTerms {
  readonly kind: FeatureDefinition['kind']
  /** Null: units that are granted once. */
  readonly window: QuotaWindow | null
}

export type Amount = number | 'unlimited' | true | { readonly perUnit: number } | { readonly perSeat: number }

export interface PlanTerms {
  readonly group: 'main' | 'support'
  readonly rank: number
  readonly amounts: Readonly<Record<string, Amount>>
}

/** The terms of the proof's catalog as plain data. The model reads them; `proofCatalog` gives them to the product. */
export const FEATURES: Readonly<Record<string, FeatureTerms>> = {
  projects: { kind: 'LIMIT', window: null },
  seats: { kind: 'LIMIT', window: null },
  calls: { kind: 'RATE', window: null },
  sso: { kind: 'BOOLEAN', window: null },
  priority: { kind: 'BOOLEAN', window: null },
  tokens: { kind: 'QUOTA', window: 'month' },
  stories: { kind: 'QUOTA', window: 'billing_period' },
  messages: { kind: 'QUOTA', window: '30d' },
  gems: { kind: 'CREDIT', window: null },
}

export const PLANS: Readonly<Record<string, PlanTerms>> = {
  free: { group: 'main', rank: 0, amounts: { projects: 1, calls: 5, messages: 5 } },
  basic: { group: 'main', rank: 1, amounts: { projects: 3, calls: 10, tokens: 40, stories: 20, messages: 20 } },
  plus: {
    group: 'main',
    rank: 2,
    amounts: {
      projects: 10,
      seats: { perSeat: 3 },
      calls: 20,
      sso: true,
      tokens: 100,
      stories: 50,
      messages: 60,
      gems: 30,
    },
  },
  servers: {
    group: 'main',
    rank: 3,
    amounts: { projects: { perUnit: 2 }, calls: 20, sso: true, tokens: { perUnit: 60 }, stories: 100, gems: 30 },
  },
  individual: {
    group: 'main',
    rank: 4,
    amounts: { projects: 'unlimited', sso: true, tokens: 'unlimited', messages: 60 },
  },
  community: { group: 'support', rank: 0, amounts: {} },
  gold: { group: 'support', rank: 1, amounts: { projects: 5, priority: true } },
}

/** Packages that add to a plan. */
export const PACKAGES: Readonly<
  Record<string, { readonly type: 'ADDON' | 'ENTERPRISE'; readonly amounts: Readonly<Record<string, Amount>> }>
> = {
  storage: { type: 'ADDON', amounts: { projects: 5, tokens: 25 } },
  contract: { type: 'ENTERPRISE', amounts: { sso: true, stories: 10, gems: 20 } },
}

/** Features that are used up. */
export const CONSUMABLE = ['tokens', 'stories', 'messages', 'gems'] as const
/** Features that packs are sold for. */
export const PACKED = ['tokens', 'messages', 'gems'] as const
export const LIMITS = ['projects', 'seats'] as const
/** Percentage at which a feature is near its limit. */
export const NEAR_LIMIT = 80
export const DEFAULT_PLANS = { main: 'free', support: 'community' } as const

function grantedBy(features: ReadonlyMap<string, FeatureDefinition>, amounts: Readonly<Record<string, Amount>>) {
  return Object.entries(amounts).map(([code, amount]): CatalogPlanFeature => {
    const each = typeof amount === 'object' ? ('perUnit' in amount ? amount.perUnit : amount.perSeat) : amount
    return {
      feature: features.get(code)!,
      enabled: true,
      unlimited: amount === 'unlimited',
      amount: typeof each === 'number' ? each : null,
      window: features.get(code)!.window,
      perSeat: typeof amount === 'object' && 'perSeat' in amount,
      perUnit: typeof amount === 'object' && 'perUnit' in amount ? 'server' : null,
      text: null,
    }
  })
}

/** The catalog of the proof in the form that the product loads. */
export function proofCatalog(): CatalogSnapshot {
  const features = new Map(
    Object.entries(FEATURES).map(([code, { kind, window }]): [string, FeatureDefinition] => [
      code,
      {
        code,
        name: code,
        description: null,
        kind,
        unit: null,
        window,
        nearLimitPercents: null,
        onFailure: 'CLOSED',
        ratePeriod: null,
        inAccountTimeZone: false,
        properties: [],
        meter: null,
        overageMeter: null,
      },
    ]),
  )
  const plans = Object.entries(PLANS).map(([code, { group, rank, amounts }]): CatalogPlan => ({
    __typename: 'Plan',
    id: `pln_${code}`,
    versionId: `plv_${code}`,
    productId: `prd_${code}`,
    code,
    name: code,
    description: null,
    group,
    rank,
    version: 1,
    active: true,
    bullets: [],
    overageThreshold: null,
    versionPrices: [],
    supportedStacks: null,
    prices: [],
    features: grantedBy(features, amounts),
  }))
  const packages = Object.entries(PACKAGES).map(([code, { type, amounts }]): CatalogPackage => ({
    __typename: 'Package',
    id: `pkg_${code}`,
    versionId: `pkv_${code}`,
    productId: `prd_${code}`,
    code,
    type,
    name: code,
    description: null,
    bullets: [],
    version: 1,
    active: true,
    prices: [],
    grants: grantedBy(features, amounts),
    validForDays: null,
    contactUrl: null,
  }))
  return {
    business: 'proof',
    currency: 'USD',
    defaultGroup: 'main',
    brand: null,
    domains: [],
    receiptMails: ['STRIPE', 'PAYPAL'],
    returnUrls: { kind: 'client' },
    taxes: null,
    upgradeUrl: null,
    nearLimitPercents: [NEAR_LIMIT],
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
    features,
    rateCards: new Map(),
    plans,
    planById: new Map(plans.map((plan) => [plan.id, plan])),
    planByCode: new Map(plans.map((plan) => [plan.code, plan])),
    planByVersionId: new Map(plans.map((plan) => [plan.versionId, plan])),
    packages,
    packageById: new Map(packages.map((one) => [one.id, one])),
    packageByCode: new Map(packages.map((one) => [one.code, one])),
    packageByVersionId: new Map(packages.map((one) => [one.versionId, one])),
    priceById: new Map(),
    productById: new Map(),
    productByTemplateId: new Map(),
    pricesByProductId: new Map(),
    products: [],
  }
}
