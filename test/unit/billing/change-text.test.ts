import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import type { CatalogPlan, CatalogPrice, CatalogProduct } from '#services/catalog/snapshot/catalog-snapshot.js'
import { changeText, type PublishedStatus } from '#services/billing/subscriptions/change-text.js'

const plan = (code: string, name: string) => [`ver_${code}`, { code, name } as CatalogPlan] as const
const price = (id: string, amountMinor: number, interval = 'MONTH') =>
  [id, { productId: id, money: { amountMinor, currency: 'USD' }, interval } as CatalogPrice] as const

const CATALOG = {
  planByVersionId: new Map([plan('plus', 'Plus'), plan('pro', 'Pro')]),
  priceById: new Map([price('plus', 2500), price('pro', 120_000, 'YEAR'), price('backups', 500)]),
  productById: new Map([['backups', { name: 'Backups' } as CatalogProduct]]),
}
const PLAN = {
  kind: 'PLAN',
  at: 'PERIOD_END',
  effectiveAt: new Date('2026-04-15T00:00:00Z'),
  fromPlanVersionId: 'ver_plus',
  toPlanVersionId: 'ver_plus',
  toPriceId: 'plus',
  toQuantity: 2,
} as SubscriptionChangeRow
const PRO = { toPlanVersionId: 'ver_pro', toPriceId: 'pro', toQuantity: 1 }
const ADDON = {
  kind: 'ADDON',
  at: 'NOW',
  fromPlanVersionId: null,
  toPlanVersionId: null,
  toPriceId: 'backups',
} as const
const ENDS = { kind: 'CANCEL', toPriceId: null, toQuantity: null } as const

describe('sentences of a change', () => {
  it.each<[PublishedStatus, Partial<SubscriptionChangeRow>, string]>([
    ['SCHEDULED', {}, 'Plus changes to 2 × $25.00 a month on April 15, 2026.'],
    ['SCHEDULED', PRO, 'Plus changes to Pro for $1,200.00 a year on April 15, 2026.'],
    ['CANCELED', PRO, 'The change of Plus to Pro for $1,200.00 a year on April 15, 2026 is canceled.'],
    ['SUPERSEDED', {}, 'Another change replaced the change of Plus to 2 × $25.00 a month on April 15, 2026.'],
    ['FAILED', { ...PRO, at: 'NOW' }, 'The change of Plus to Pro for $1,200.00 a year failed.'],
    ['REQUIRES_CONFIRMATION', ADDON, 'The bank requires a confirmation of the change of Backups to 2 × $5.00 a month.'],
    ['FAILED', { ...ADDON, toQuantity: 0 }, 'The change of Backups to none failed.'],
    ['FAILED', ENDS, 'The cancellation of Plus failed.'],
    [
      'FAILED',
      { ...ENDS, fromPlanVersionId: null, toPlanVersionId: null },
      'The cancellation of the subscription failed.',
    ],
  ])('are of %s %j', (status, change, text) => {
    expect(changeText(CATALOG, { ...PLAN, ...change }, status)).toBe(text)
  })
})
