import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { decimal } from '../api/decimal.js'

/** Input of a price. Amounts can have decimals. Null if the price is tiered. */
export interface PriceInput {
  product: string
  currency: string
  unit_amount: number | null
  active?: boolean | undefined
  nickname?: string | null | undefined
  lookup_key?: string | null | undefined
  tax_behavior?: Stripe.Price.TaxBehavior | undefined
  recurring?: RecurringInput | undefined
  tiers_mode?: Stripe.Price.TiersMode | undefined
  transform_quantity?: Stripe.Price.TransformQuantity | undefined
  metadata?: Record<string, string>
}

/** Billing interval of a price, and its usage type. */
export interface RecurringInput {
  interval: Stripe.Price.Recurring.Interval
  interval_count: number
  usage_type?: Stripe.Price.Recurring.UsageType | undefined
  meter?: string | undefined
  trial_period_days?: number | undefined
}

/** Complete new price. Its tiers are stored separately, because Stripe shows them only on request. */
export function buildPrice(world: SandboxState, input: PriceInput): Stripe.Price {
  return {
    id: world.ids.next('price'),
    object: 'price',
    active: input.active ?? true,
    billing_scheme: input.unit_amount === null ? 'tiered' : 'per_unit',
    created: world.clock.seconds,
    currency: input.currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: input.lookup_key ?? null,
    metadata: input.metadata ?? {},
    nickname: input.nickname ?? null,
    product: input.product,
    recurring: input.recurring === undefined ? null : buildRecurring(input.recurring),
    tax_behavior: input.tax_behavior ?? 'unspecified',
    tiers_mode: input.tiers_mode ?? null,
    transform_quantity: input.transform_quantity ?? null,
    type: input.recurring === undefined ? 'one_time' : 'recurring',
    unit_amount: whole(input.unit_amount),
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
    [price.currency]: { ...option(price.unit_amount), unit_amount_decimal: price.unit_amount_decimal },
    ...Object.fromEntries(Object.entries(others).map(([currency, given]) => [currency, option(given.unit_amount)])),
  }
}

/** A tier, complete; `up_to` is null for the last. */
export function buildTier(upTo: number | null, unit: number | null, flat: number | null): Stripe.Price.Tier {
  return {
    flat_amount: whole(flat),
    flat_amount_decimal: decimal(flat),
    unit_amount: whole(unit),
    unit_amount_decimal: decimal(unit),
    up_to: upTo,
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
    amount_decimal: price.unit_amount_decimal,
    billing_scheme: price.billing_scheme,
    created: price.created,
    currency: price.currency,
    interval: price.recurring.interval,
    interval_count: price.recurring.interval_count,
    livemode: false,
    metadata: price.metadata,
    meter: price.recurring.meter,
    nickname: price.nickname,
    product: price.product,
    tiers_mode: price.tiers_mode,
    transform_usage: null,
    trial_period_days: price.recurring.trial_period_days,
    usage_type: price.recurring.usage_type,
  }
}

function buildRecurring(input: RecurringInput): Stripe.Price.Recurring {
  return {
    interval: input.interval,
    interval_count: input.interval_count,
    meter: input.meter ?? null,
    trial_period_days: input.trial_period_days ?? null,
    usage_type: input.usage_type ?? 'licensed',
  }
}

/** Stripe shows amounts with decimals only as decimals. */
function whole(amount: number | null): number | null {
  return amount !== null && Number.isInteger(amount) ? amount : null
}
