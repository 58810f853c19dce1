import { createHash } from 'node:crypto'
import type { BillingPlan, IntervalUnit, SetupFeeFailureAction, TenureType } from '@paypal/paypal-server-sdk'
import { intervalAdverb, toInterval } from '#services/catalog/products/interval.js'
import type { OfferPort, ProviderPrice, ProviderProduct } from '../offer-port.js'
import { ProviderRejected } from '#services/billing/providers/provider-errors.js'
import { requestId } from './paypal-checkouts.js'
import type { PayPalClient } from './paypal-client.js'
import { DUPLICATE, PayPalRejected, type CallPayPal } from './paypal-errors.js'
import { toPayPalMoney } from './paypal-money.js'
import { readTerms } from './paypal-plans.js'

const PAGE = 20

/**
 * PayPal retries three times within ten days. Afterwards nothing more is charged to a subscriber who may have lost
 * access.
 */
const FAILURES_UNTIL_SUSPENDED = 1

/** Our keys are in PayPal's descriptions, because it has no metadata. */
const KEY = /^[a-z0-9_.-]+:(?:plan|package|template):\S+$/

interface ListedProduct {
  readonly id: string
  readonly name: string
  readonly description?: string
}

/** PayPal's catalog in our words: what recurs is a plan of a product; what is paid once has no object there. */
export function payPalOffers(client: PayPalClient, call: CallPayPal): OfferPort {
  return {
    async listOffers() {
      const products = await pagesOf<ListedProduct>(async (page) => {
        const query = { page_size: String(PAGE), page: String(page), total_required: 'true' }
        const listed = await call('products.list', () =>
          client.request<{ products?: ListedProduct[]; total_pages?: number }>('GET', '/v1/catalogs/products', {
            query,
          }),
        )
        return { items: listed.products ?? [], pages: listed.total_pages ?? 1 }
      })
      const plans = await pagesOf<BillingPlan>(async (page) => {
        const listed = await call(
          'plans.list',
          async () =>
            (
              await (
                await client.subscriptions()
              ).listBillingPlans({
                prefer: 'return=representation',
                pageSize: PAGE,
                page,
                totalRequired: true,
              })
            ).result,
        )
        return { items: listed.plans ?? [], pages: listed.totalPages ?? 1 }
      })
      const prices = plans.flatMap((plan) => readPlan(plan) ?? [])
      return { products: [...products.map(readProduct), ...plansAsProducts(prices)], prices, meters: [] }
    },
    objectOf: (key) => sharedKey(key) ?? key,
    async createProduct({ key, name }) {
      const shared = sharedKey(key)
      const id = productId(shared ?? key)
      const called = shared ? `${shared.split(':')[0]} plans` : name
      const body = { id, name: called.slice(0, 127), description: shared ?? key, type: 'SERVICE' }
      try {
        await call('products.create', () =>
          client.request('POST', '/v1/catalogs/products', { body, requestId: requestId('product', shared ?? key) }),
        )
      } catch (error) {
        // Its id is ours, so that the same product cannot be made twice.
        if (!(error instanceof PayPalRejected && error.issues.includes(DUPLICATE))) throw error
      }
      return id
    },
    changeProduct: () => Promise.resolve(),
    async createPrice(price) {
      const interval = toInterval(price.interval)
      if (!interval) throw new ProviderRejected('PayPal has no prices that are paid once', false)
      const plan = await call(
        'plans.create',
        async () =>
          (
            await (
              await client.subscriptions()
            ).createBillingPlan({
              paypalRequestId: requestId('plan', price.lookupKey, price.externalProductId),
              body: {
                productId: price.externalProductId,
                name: `${price.productName} (${intervalAdverb(price.interval)})`.slice(0, 127),
                description: price.lookupKey.slice(0, 127),
                billingCycles: [
                  {
                    frequency: {
                      intervalUnit: interval.unit as IntervalUnit,
                      intervalCount: interval.count,
                    },
                    tenureType: 'REGULAR' as TenureType,
                    sequence: 1,
                    // Until canceled.
                    totalCycles: 0,
                    pricingScheme: { fixedPrice: toPayPalMoney(price) },
                  },
                ],
                paymentPreferences: {
                  autoBillOutstanding: true,
                  setupFeeFailureAction: 'CANCEL' as SetupFeeFailureAction,
                  paymentFailureThreshold: FAILURES_UNTIL_SUSPENDED,
                },
                quantitySupported: true,
              },
            })
          ).result,
      )
      return plan.id!
    },
    async setPriceActive(externalId, active) {
      await call(active ? 'plans.activate' : 'plans.deactivate', async () =>
        active
          ? (await client.subscriptions()).activateBillingPlan(externalId)
          : (await client.subscriptions()).deactivateBillingPlan(externalId),
      )
    },
    createMeter: () => Promise.reject(new ProviderRejected('PayPal has no meters', false)),
  }
}

/** A subscriber can change only between plans of one product: so all plans of a business are plans of one. */
const sharedKey = (key: string): string | null => /^[^:]+:plan(?=:)/.exec(key)?.[0] ?? null

/** Our plans as products, where all PayPal plans belong to one shared product. */
const plansAsProducts = (prices: readonly ProviderPrice[]): ProviderProduct[] =>
  prices.flatMap(({ lookupKey, externalProductId }) => {
    const key = /^[^:]+:plan:[^:]+/.exec(lookupKey ?? '')?.[0]
    return key ? [{ externalId: externalProductId, key, name: key, active: true, fixed: true }] : []
  })

/** As PayPal wants ids of products, and the same for the same key. */
export const productId = (key: string): string =>
  `SG-${createHash('sha256').update(key).digest('hex').slice(0, 24).toUpperCase()}`

async function pagesOf<Item>(fetch: (page: number) => Promise<{ items: Item[]; pages: number }>): Promise<Item[]> {
  const all: Item[] = []
  for (let page = 1; ; page++) {
    const { items, pages } = await fetch(page)
    all.push(...items)
    if (page >= pages || items.length === 0) return all
  }
}

const readProduct = ({ id, name, description }: ListedProduct): ProviderProduct => ({
  externalId: id,
  key: keyIn(description),
  name,
  active: true,
  fixed: true,
})

function readPlan(plan: BillingPlan): ProviderPrice | null {
  const terms = readTerms(plan)
  if (!terms || !plan.id) return null
  return {
    externalId: plan.id,
    externalProductId: plan.productId ?? '',
    lookupKey: keyIn(plan.description),
    ...terms.money,
    interval: terms.interval,
    active: String(plan.status) === 'ACTIVE',
  }
}

const keyIn = (description: string | undefined): string | null =>
  description !== undefined && KEY.test(description) ? description : null
