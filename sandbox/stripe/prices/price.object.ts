import type Stripe from 'stripe'
import type { World } from '../../world.js'
import { decimal } from '../api/decimal.js'

/** What a price is made of. */
export interface PriceInput {
  product: string
  currency: string
  unit_amount: number
  active?: boolean | undefined
  nickname?: string | null | undefined
  lookup_key?: string | null | undefined
  tax_behavior?: Stripe.Price.TaxBehavior | undefined
  recurring?: { interval: Stripe.Price.Recurring.Interval; interval_count: number } | undefined
  metadata?: Record<string, string>
}

/** A new price, complete. */
export function buildPrice(world: World, input: PriceInput): Stripe.Price {
  return {
    id: world.ids.next('price'),
    object: 'price',
    active: input.active ?? true,
    billing_scheme: 'per_unit',
    created: world.clock.seconds,
    currency: input.currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: input.lookup_key ?? null,
    metadata: input.metadata ?? {},
    nickname: input.nickname ?? null,
    product: input.product,
    recurring:
      input.recurring === undefined
        ? null
        : { ...input.recurring, meter: null, trial_period_days: null, usage_type: 'licensed' },
    tax_behavior: input.tax_behavior ?? 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: input.recurring === undefined ? 'one_time' : 'recurring',
    unit_amount: input.unit_amount,
    unit_amount_decimal: decimal(input.unit_amount),
  }
}

/** The amounts of a price by currency, its own first, as `currency_options` shows them. */
export function buildCurrencyOptions(
  price: Stripe.Price,
  others: Record<string, { unit_amount: number }>,
): Record<string, Stripe.Price.CurrencyOptions> {
  const option = (unit_amount: number | null): Stripe.Price.CurrencyOptions => ({
    custom_unit_amount: null,
    tax_behavior: price.tax_behavior,
    unit_amount,
    unit_amount_decimal: decimal(unit_amount),
  })
  return {
    [price.currency]: option(price.unit_amount),
    ...Object.fromEntries(Object.entries(others).map(([currency, given]) => [currency, option(given.unit_amount)])),
  }
}

/** The old name of a recurring price, which subscription items still carry. */
export function buildPlan(price: Stripe.Price): Stripe.Plan {
  if (price.recurring === null) throw new Error(`price ${price.id} is not recurring`)
  return {
    id: price.id,
    object: 'plan',
    active: price.active,
    amount: price.unit_amount,
    amount_decimal: decimal(price.unit_amount),
    billing_scheme: price.billing_scheme,
    created: price.created,
    currency: price.currency,
    interval: price.recurring.interval,
    interval_count: price.recurring.interval_count,
    livemode: false,
    metadata: price.metadata,
    meter: null,
    nickname: price.nickname,
    product: price.product,
    tiers_mode: null,
    transform_usage: null,
    trial_period_days: null,
    usage_type: 'licensed',
  }
}
