import { readdirSync, readFileSync } from 'node:fs'
import { LineCounter, parseDocument, type Node } from 'yaml'
import { parseCatalog } from '#services/catalog/definition/parse-catalog.js'
import type { CatalogDefinition } from '#services/catalog/definition/types.js'
import { isUsageAlertable } from '#services/entitlements/model/decide-usage-alerts.js'
import { userHasPlan } from '#services/catalog/plans/compare-plans.js'

const shipped = new URL('../../../catalogs/', import.meta.url)
const textOf = (name: string): string => readFileSync(new URL(`${name}.yaml`, shipped), 'utf8')

const read = (name: string): CatalogDefinition => parseCatalog(textOf(name), `${name}.yaml`)

const planOf = (catalog: CatalogDefinition, code: string) => catalog.plans.find((plan) => plan.code === code)!
const featureOf = (catalog: CatalogDefinition, plan: string, feature: string) =>
  planOf(catalog, plan).features.find((candidate) => candidate.feature === feature)
const packageOf = (catalog: CatalogDefinition, code: string) => catalog.packages.find((it) => it.code === code)!
const flat = { trialDays: null, per: null }

describe('shipped catalogs', () => {
  const names = readdirSync(shipped)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.replace(/\.yaml$/, ''))

  it('are five businesses', () => {
    expect(names.toSorted()).toEqual(['agileforge', 'ai-platform', 'attribution', 'communities', 'try-direct'])
  })

  it.each(names)('load %s, with the name of its business', (name) => {
    expect(read(name).business).toBe(name)
  })

  it('allow spend caps and balance alerts on what is used up: a quota, or credits', () => {
    const usedUp = (name: string) =>
      read(name)
        .features.filter(({ kind }) => kind === 'QUOTA' || kind === 'CREDIT')
        .map(({ code }) => code)
    for (const name of names) {
      const { spendCaps, balanceAlerts } = read(name)
      expect([name, spendCaps, balanceAlerts]).toEqual([name, usedUp(name), usedUp(name)])
    }
    expect(usedUp('try-direct')).toEqual([])
  })

  it('use the billing features that docs/catalog.md states', () => {
    const page = readFileSync(new URL('../docs/catalog.md', shipped), 'utf8')
    const uses: Readonly<Record<string, (catalog: CatalogDefinition) => boolean>> = {
      'Rate card': ({ rateCards }) => rateCards.length > 0,
      Overage: ({ plans }) => plans.some(({ features }) => features.some(({ overage }) => overage)),
      'Spend caps': ({ spendCaps }) => spendCaps.length > 0,
      'Balance alerts': ({ balanceAlerts }) => balanceAlerts.length > 0,
      'Usage alerts': (catalog) => catalog.features.some((feature) => isUsageAlertable(catalog, feature)),
      'Automatic top-up': ({ topUps }) => topUps !== null,
      Rollover: ({ plans }) => plans.some(({ features }) => features.some(({ rollover }) => rollover)),
      'Properties of a use': ({ features }) => features.some(({ properties }) => properties.length > 0),
      'Local windows': ({ features }) => features.some(({ inAccountTimeZone }) => inAccountTimeZone),
      Seats: ({ seats }) => seats.length > 0,
      Pools: ({ pools }) => pools.length > 0,
    }
    const table = /^## Billing features of the shipped catalogs$[^]*?(?=^## )/m.exec(page)![0]
    const rows = [...table.matchAll(/^\| \[(.+?)\]\(.+?\) \(`\w+`\) \| (.+?) \|/gm)].map(([, feature, cell]) => [
      feature!,
      [...cell!.matchAll(/`([\w-]+)`/g)].map(([, name]) => name!),
    ])
    expect(rows).toEqual(
      Object.entries(uses).map(([feature, isUsed]) => [feature, names.toSorted().filter((name) => isUsed(read(name)))]),
    )
  })
})

describe('try-direct: plans for deployments, and a marketplace', () => {
  const catalog = read('try-direct')

  it('ranks free < basic < plus < individual in one group', () => {
    const bySeniority = catalog.plans.toSorted((a, b) => a.rank - b.rank).map((plan) => plan.code)
    expect(bySeniority).toEqual(['free', 'basic', 'plus', 'individual'])
    expect(new Set(catalog.plans.map((plan) => plan.group))).toEqual(new Set(['main']))
  })

  it('charges ten dollars a month per managed server, and grants the paid number', () => {
    expect(planOf(catalog, 'basic').prices).toContainEqual({
      interval: 'MONTH',
      currency: 'USD',
      amountMinor: 1000,
      trialDays: null,
      per: 'managed_server',
    })
    expect(featureOf(catalog, 'basic', 'managed_servers')).toMatchObject({ amount: 1, perUnit: 'managed_server' })
  })

  it('sells every plan but free, monthly and yearly', () => {
    expect(planOf(catalog, 'free').prices).toEqual([])
    for (const code of ['basic', 'plus', 'individual']) {
      expect(planOf(catalog, code).prices.map((price) => price.interval)).toEqual(['MONTH', 'YEAR'])
    }
  })

  it('allows 10, 5 and 20 deploys, restarts and logs per minute, and never less on a higher plan', () => {
    const rates = (plan: string) =>
      ['deploy_rate', 'restart_rate', 'logs_rate'].map((code) => featureOf(catalog, plan, code)!.amount!)
    expect(rates('free')).toEqual([10, 5, 20])
    for (const [lower, higher] of [
      ['free', 'basic'],
      ['basic', 'plus'],
      ['plus', 'individual'],
    ] as const) {
      rates(higher).forEach((rate, index) => expect(rate).toBeGreaterThanOrEqual(rates(lower)[index]!))
    }
  })

  it('has a Plus template that Plus can deploy several times, without a trial', () => {
    const template = catalog.templates.find(({ slug }) => slug === 'wordpress_plus')!
    const plus = planOf(catalog, 'plus')
    expect(template).toMatchObject({ requiredPlan: 'plus', stack: 'wordpress' })
    expect(plus.supportedStacks === null || plus.supportedStacks.includes('wordpress')).toBe(true)
    expect(featureOf(catalog, 'plus', 'deployments')!.amount).toBeGreaterThan(2)
    expect(plus.prices.every((price) => price.trialDays === null)).toBe(true)
    expect(userHasPlan(catalog.plans, 'free', template.requiredPlan!)).toBe(false)
  })

  it('has a template without requirements that free can deploy', () => {
    const free = planOf(catalog, 'free')
    const open = catalog.templates.filter(({ requiredPlan }) => requiredPlan === null)
    expect(open.some(({ stack }) => free.supportedStacks!.includes(stack))).toBe(true)
    expect(featureOf(catalog, 'free', 'deployments')!.amount).toBeGreaterThan(0)
  })

  it('allows every template on its required plan', () => {
    for (const { code, stack, requiredPlan } of catalog.templates) {
      const stacks = planOf(catalog, requiredPlan ?? 'free').supportedStacks
      expect([code, stacks === null || stacks.includes(stack)]).toEqual([code, true])
    }
  })

  it('distinguishes the domains for live and sandbox purchases', () => {
    expect(catalog.domains).toEqual([
      { domain: 'try.direct', mode: 'live' },
      { domain: 'dev.try.direct', mode: 'test' },
    ])
    expect(catalog.returnUrls).toEqual({ kind: 'client' })
  })
})

describe('ai-platform: credits with a rate card', () => {
  const card = read('ai-platform').rateCards[0]!

  it('prices work by model, mode and region, in two versions', () => {
    expect(card).toMatchObject({ feature: 'ai_credits', window: 'billing_period', overage: 'OVERFLOW' })
    expect(Object.keys(card.dimensions)).toEqual(['model', 'mode', 'region'])
    expect(card.versions.map(({ from }) => from.toISOString())).toEqual([
      '2026-01-01T00:00:00.000Z',
      '2026-07-01T00:00:00.000Z',
    ])
    // 2.50 for 1000 tokens are 0.0025 for one, in billionths.
    expect(card.versions[0]!.lines.find(({ key }) => key === 'input_tokens model=large')).toMatchObject({
      tiering: 'GRADUATED',
      tiers: [
        { upTo: 1_000_000, price: 2_500_000 },
        { upTo: null, price: 2_000_000 },
      ],
    })
  })
})

describe('ai-platform: unused credits, and windows of accounts', () => {
  it('lets unused credits of Pro roll over for a period', () => {
    expect(featureOf(read('ai-platform'), 'pro', 'ai_credits')).toMatchObject({
      amount: 50_000,
      rollover: { percent: 100, maximum: 50_000, periods: 1 },
    })
  })

  it('begins the day of the playground where the account is', () => {
    const feature = read('ai-platform').features.find(({ code }) => code === 'playground_runs')
    expect(feature).toMatchObject({ window: 'day', inAccountTimeZone: true })
  })
})

describe('other three businesses in the same format', () => {
  it.each(['communities', 'attribution', 'agileforge'])('%s loads with its own plan names', (name) => {
    expect(read(name).business).toBe(name)
  })

  it('communities: a sliding window of thirty days, paid in the iframe', () => {
    const catalog = read('communities')
    expect(catalog.returnUrls).toEqual({ kind: 'iframe' })
    expect(featureOf(catalog, 'pro', 'ai_chat_message')).toMatchObject({ amount: 10000, window: '30d' })
  })

  it('attribution: pro $49 and scale $199 with runs, models, lookback and the exports flag', () => {
    const catalog = read('attribution')
    const terms = (code: string) => ({
      prices: planOf(catalog, code).prices,
      runs: featureOf(catalog, code, 'attribution_runs')!.amount,
      models: featureOf(catalog, code, 'models')!.amount,
      lookback: featureOf(catalog, code, 'lookback_days')!.amount,
      exports: featureOf(catalog, code, 'exports')!.enabled,
    })
    const monthly = (amountMinor: number) => [{ interval: 'MONTH', currency: 'USD', amountMinor, ...flat }]
    expect(terms('pro')).toEqual({ prices: monthly(4900), runs: 5000, models: 3, lookback: 60, exports: false })
    expect(terms('scale')).toEqual({ prices: monthly(19900), runs: 25000, models: 10, lookback: 180, exports: true })
    expect(catalog.nearLimitPercents).toEqual([80, 95])
    expect(catalog.returnUrls).toMatchObject({ kind: 'fixed', portal: '/admin/attribution' })
  })

  it('agileforge: two prices per paid plan, and a text for unlimited', () => {
    const catalog = read('agileforge')
    const amounts = (code: string) =>
      planOf(catalog, code).prices.map(({ interval, amountMinor }) => [interval, amountMinor])
    expect(amounts('professional')).toEqual([
      ['MONTH', 1000],
      ['YEAR', 10000],
    ])
    expect(amounts('business')).toEqual([
      ['MONTH', 1800],
      ['YEAR', 18000],
    ])
    expect(featureOf(catalog, 'business', 'ai_stories')).toMatchObject({ unlimited: true, amount: null, enabled: true })
    expect(featureOf(catalog, 'professional', 'ai_stories')).toMatchObject({
      amount: 200,
      perSeat: true,
      unlimited: false,
    })
    expect(planOf(catalog, 'professional').prices.map((price) => price.trialDays)).toEqual([14, 14])
  })

  it("agileforge: one-time packs in pounds, monthly add-ons also in the plans' currency, enterprise by contact", () => {
    const catalog = read('agileforge')
    expect(packageOf(catalog, 'stories_250')).toMatchObject({
      type: 'CREDIT_PACK',
      prices: [{ interval: 'ONE_TIME', currency: 'GBP', amountMinor: 2000, ...flat }],
      validForDays: 120,
      bullets: expect.arrayContaining(['20% discount', 'Priority AI processing']),
    })
    expect(packageOf(catalog, 'stories_250').grants.map(({ feature, amount }) => [feature, amount])).toEqual([
      ['ai_stories', 250],
      ['priority_processing', null],
    ])
    expect(packageOf(catalog, 'extra_storage').prices).toEqual([
      { interval: 'MONTH', currency: 'GBP', amountMinor: 200, ...flat },
      { interval: 'MONTH', currency: 'USD', amountMinor: 250, ...flat },
    ])
    expect(packageOf(catalog, 'enterprise')).toMatchObject({
      type: 'ENTERPRISE',
      prices: [],
      contactUrl: 'https://agileforge.example/contact',
    })
  })
})

describe('assumed values of the catalogs', () => {
  /** The line on which a value stands, comment included. */
  const lineOf = (catalog: string, path: string): string => {
    const text = textOf(catalog)
    const lines = new LineCounter()
    const node = parseDocument(text, { lineCounter: lines }).getIn(path.split('.'), true) as Node
    return text.split('\n')[lines.linePos(node.range![0]).line - 1]!
  }

  it.each([
    ['try-direct', ['plans.free.supported_stacks', 'plans.basic.supported_stacks', 'plans.plus.supported_stacks']],
    ['try-direct', ['free', 'basic', 'plus', 'individual'].map((plan) => `plans.${plan}.features.deployments`)],
    ['try-direct', ['plans.basic.prices', 'plans.plus.prices', 'plans.individual.prices', 'near_limit']],
    ['try-direct', ['plans.plus.features.deploy_rate', 'plans.individual.features.logs_rate']],
    ['try-direct', ['categories.automation', 'categories.productivity', 'categories.monitoring']],
    ['communities', ['plans.free.features.ai_chat_message', 'plans.pro.prices', 'near_limit']],
    ['attribution', ['attribution_runs', 'models', 'lookback_days'].map((code) => `plans.free.features.${code}`)],
    ['attribution', ['near_limit', 'return_urls.success']],
    [
      'agileforge',
      ['extra_storage', 'priority_support', 'advanced_integrations'].map((code) => `packages.${code}.price.USD`),
    ],
    ['agileforge', ['packages.enterprise.contact_url', 'near_limit', 'features.ai_stories.window']],
    ['ai-platform', ['plans.free.features', 'plans.pro.prices', 'packages.credits_10k.price', 'near_limit']],
  ])('are marked in %s: %s', (catalog, paths) => {
    for (const path of paths) expect(`${path}: ${lineOf(catalog, path)}`).toMatch(/#.*assumed/)
  })

  it.each([
    [
      'attribution',
      ['plans.pro.prices', 'plans.scale.prices', 'plans.pro.features.models', 'plans.scale.features.lookback_days'],
    ],
    [
      'agileforge',
      ['plans.professional.prices', 'plans.business.prices', 'packages.stories_50.price', 'plans.starter.features'],
    ],
    ['communities', ['plans.pro.features.ai_chat_message', 'return_urls']],
  ])('exclude given values in %s: %s', (catalog, paths) => {
    for (const path of paths) expect(`${path}: ${lineOf(catalog, path)}`).not.toMatch(/assumed/)
  })
})
