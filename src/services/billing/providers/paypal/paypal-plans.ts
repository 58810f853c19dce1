import type { BillingPlan, TenureType } from '@paypal/paypal-server-sdk'
import { dayText } from '#services/kernel/text/readable.js'
import type { Money } from '#services/kernel/money/money.js'
import type { PayPalClient } from './paypal-client.js'
import { orNull, type CallPayPal } from './paypal-errors.js'
import { fromPayPalMoney } from './paypal-money.js'
import { intervalWord } from '#services/catalog/products/interval.js'
import type { RecurringInterval } from '#entities/kernel/billing-interval.js'
import { createCache } from '#services/kernel/cache/create-cache.js'

/** Immutable terms of a plan: other terms require another plan. */
export interface PlanTerms {
  /** Product and interval, as in the catalog at its push: `Plus (monthly)`. */
  readonly name: string
  readonly interval: RecurringInterval
  readonly money: Money
}

/** Plans by their ids, fetched once. */
export interface PayPalPlans {
  /** Null for a plan that PayPal does not know, or whose terms we could not have made. */
  find(id: string): Promise<PlanTerms | null>
}

export function payPalPlans(client: PayPalClient, call: CallPayPal): PayPalPlans {
  const known = createCache<string, PlanTerms>(5_000)
  return {
    async find(id) {
      const cached = known.get(id)
      if (cached || id === '') return cached ?? null
      const plan = await orNull(
        call('plans.get', async () => (await (await client.subscriptions()).getBillingPlan(id)).result),
      )
      const terms = plan && readTerms(plan)
      if (terms) known.set(id, terms)
      return terms
    },
  }
}

/** The one regular cycle of a plan. Null without a fixed price. */
export function readTerms({ name = '', billingCycles = [] }: BillingPlan): PlanTerms | null {
  const regular = billingCycles.find(({ tenureType }) => tenureType === ('REGULAR' as TenureType))
  const price = regular?.pricingScheme?.fixedPrice
  if (!price) return null
  const { intervalUnit: unit, intervalCount: count = 1 } = regular.frequency
  return { name, interval: intervalWord({ unit, count }), money: fromPayPalMoney(price) }
}

/** Text of a period of a plan: what it is, how many of it, and when. */
export const describePeriod = ({ name }: PlanTerms, quantity: number, start: Date, end: Date): string =>
  `${quantity === 1 ? '' : `${quantity} × `}${name}, ${dayText(start)} to ${dayText(end)}`
