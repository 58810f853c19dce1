import type { CatalogPlanFeature } from '#services/catalog/snapshot/catalog-snapshot.js'
import { describeFeature } from '#services/catalog/plans/describe-feature.js'
import { tariffText, type Tier } from '#services/catalog/tariffs/tariff.js'
import { plural } from '#services/catalog/plans/plural.js'

const given = (
  feature: { name: string; kind: string; unit?: string | null },
  changed: Partial<CatalogPlanFeature> = {},
): CatalogPlanFeature =>
  ({
    feature: { code: 'x', unit: null, ...feature },
    enabled: true,
    unlimited: false,
    amount: 1,
    window: null,
    perSeat: false,
    perUnit: null,
    text: null,
    ...changed,
  }) as CatalogPlanFeature

const servers = { name: 'Managed servers', kind: 'LIMIT', unit: 'managed_server' }
const overage = (...tiers: Tier[]) => ({ tariff: tariffText({ currency: 'USD', tiers }), cap: 1_000_000 })
const stories = { name: 'AI stories', kind: 'QUOTA', unit: 'story' }

describe('feature text of a price list', () => {
  it.each([
    ['1 managed server', given(servers)],
    ['3 managed servers', given(servers, { amount: 3 })],
    ['Unlimited managed servers', given(servers, { amount: null, unlimited: true })],
    ['As many managed servers as you pay for', given(servers, { perUnit: 'managed_server' })],
    ['200 AI stories a month per seat', given(stories, { amount: 200, window: 'month', perSeat: true })],
    ['1 story a billing period', given(stories, { window: 'billing_period' })],
    ['1,000 AI stories in 30 days', given(stories, { amount: 1000, window: '30d' })],
    ['10 deploys a minute', given({ name: 'Deploys a minute', kind: 'RATE', unit: 'deploy' }, { amount: 10 })],
    ['Single sign-on', given({ name: 'Single sign-on', kind: 'BOOLEAN' }, { amount: null })],
    [
      '600 AI stories a month, then $0.40 per 1,000',
      given(stories, { amount: 600, window: 'month', overage: overage({ price: '40', per: 1000 }) }),
    ],
    [
      '600 AI stories a month, then $0.05 per unit',
      given(stories, { amount: 600, window: 'month', overage: overage({ price: '5' }) }),
    ],
    [
      '600 AI stories a month, then $0.05 per unit up to 1,000, then $0.04 per unit',
      given(stories, { amount: 600, window: 'month', overage: overage({ upTo: 1000, price: '5' }, { price: '4' }) }),
    ],
    [
      '100 AI stories a month, unused roll over',
      given(stories, {
        amount: 100,
        window: 'month',
        rollover: { percent: 100, amount: null, maximum: null, periods: 1 },
      }),
    ],
    [
      '100 AI stories a month, up to 20 unused roll over (at most 30)',
      given(stories, {
        amount: 100,
        window: 'month',
        rollover: { percent: null, amount: 20, maximum: 30, periods: 2 },
      }),
    ],
    [null, given(servers, { enabled: false, amount: null })],
  ])('%s', (text, feature) => {
    expect(describeFeature(feature)).toBe(text)
  })

  it('has singular and plural nouns', () => {
    expect([plural(1, 'seat'), plural(2, 'seat'), plural(2, 'story'), plural(2, 'box'), plural(0, 'day')]).toEqual([
      'seat',
      'seats',
      'stories',
      'boxes',
      'days',
    ])
  })
})
