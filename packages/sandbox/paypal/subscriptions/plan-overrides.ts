import { unprocessable } from '../api/paypal-error.js'
import type { BillingCycle, Plan, SubscriptionDetail } from '../objects.js'
import { checkPrice } from '../plans/check-cycles.js'
import { currencyOf, readPreferences } from '../plans/create-plan.js'

/** Terms of one subscription: the plan's with its overrides. */
export function withOverrides(
  plan: Plan,
  given: Partial<Plan> = {},
): Pick<SubscriptionDetail, 'cycles' | 'ownPrices' | 'preferences' | 'taxes'> {
  const currency = currencyOf(plan.billing_cycles)
  const changes = new Map((given.billing_cycles ?? []).map((cycle) => [cycle.sequence, cycle]))
  for (const sequence of changes.keys())
    if (!plan.billing_cycles.some((cycle) => cycle.sequence === sequence))
      throw unprocessable({ issue: 'INVALID_BILLING_CYCLE_SEQUENCE', field: '/plan/billing_cycles' })
  return {
    cycles: plan.billing_cycles.map((cycle) => overridden(cycle, changes.get(cycle.sequence), currency)),
    ownPrices: [...changes.values()].flatMap((one) => (one.pricing_scheme === undefined ? [] : [one.sequence])),
    preferences:
      given.payment_preferences === undefined
        ? plan.payment_preferences
        : readPreferences({ ...plan.payment_preferences, ...given.payment_preferences }, currency),
    taxes:
      given.taxes === undefined && plan.taxes === undefined
        ? null
        : { percentage: '0', inclusive: true, ...plan.taxes, ...given.taxes },
  }
}

function overridden(cycle: BillingCycle, change: BillingCycle | undefined, currency: string): BillingCycle {
  const price = change?.pricing_scheme?.fixed_price
  if (price !== undefined && price.currency_code !== currency)
    throw unprocessable({ issue: 'CURRENCY_MISMATCH', field: '/plan/billing_cycles' })
  return {
    ...cycle,
    ...(change?.total_cycles === undefined ? {} : { total_cycles: change.total_cycles }),
    ...(price === undefined
      ? {}
      : {
          pricing_scheme: {
            ...cycle.pricing_scheme,
            fixed_price: checkPrice(price, '/plan/billing_cycles/pricing_scheme/fixed_price', 'any'),
          },
        }),
  }
}
