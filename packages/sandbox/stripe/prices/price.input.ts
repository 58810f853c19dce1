import { z } from 'zod'
import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import {
  amount,
  min,
  boolean,
  clearable,
  currency,
  decimalAmount,
  integer,
  metadata,
  text,
  unsupported,
} from '../api/fields.js'
import { invalid, missing } from '../api/stripe-error.js'
import { buildTier } from './price.object.js'

/** Billing interval. */
export const interval = z.enum(['day', 'month', 'week', 'year'])
/** Maximum interval per unit: three years. */
const MAX_COUNT = { day: 1095, week: 156, month: 36, year: 3 }

/** Rejects intervals longer than three years. */
export const everyThreeYears = {
  holds: (terms: { interval: keyof typeof MAX_COUNT; interval_count: number }) =>
    terms.interval_count <= MAX_COUNT[terms.interval],
  error: { path: ['interval_count'], message: 'an interval lasts three years at the most (156 weeks, 36 months)' },
}

const taxBehavior = z.enum(['exclusive', 'inclusive', 'unspecified'])
const currencyOption = z.strictObject({
  unit_amount: amount,
  custom_unit_amount: unsupported,
  tax_behavior: unsupported,
  tiers: unsupported,
  unit_amount_decimal: unsupported,
})

const tier = z.strictObject({
  up_to: z.union([z.literal('inf').transform(() => null), integer]),
  unit_amount: amount.optional(),
  unit_amount_decimal: decimalAmount.optional(),
  flat_amount: amount.optional(),
  flat_amount_decimal: decimalAmount.optional(),
})

/** Fields that a new price can have and that can be changed later. */
export const priceFields = {
  active: boolean.optional(),
  currency_options: z.record(currency, currencyOption).optional(),
  lookup_key: clearable.pipe(z.string().max(200).nullable()).optional(),
  metadata: metadata.optional(),
  nickname: clearable.optional(),
  tax_behavior: taxBehavior.optional(),
  transfer_lookup_key: boolean.optional(),
}

/** Input of a new price. */
export const priceCreation = z.strictObject({
  ...priceFields,
  currency,
  unit_amount: amount.optional(),
  unit_amount_decimal: decimalAmount.optional(),
  product: text.optional(),
  product_data: z
    .strictObject({
      name: text.min(1),
      id: text.optional(),
      active: boolean.optional(),
      metadata: metadata.optional(),
      statement_descriptor: clearable.optional(),
      unit_label: clearable.optional(),
      tax_code: unsupported,
      tax_details: unsupported,
    })
    .optional(),
  recurring: z
    .strictObject({
      interval,
      interval_count: min(1).default(1),
      usage_type: z.enum(['licensed', 'metered']).optional(),
      meter: text.optional(),
      trial_period_days: integer.optional(),
    })
    .refine(everyThreeYears.holds, everyThreeYears.error)
    .optional(),
  billing_scheme: z.enum(['per_unit', 'tiered']).default('per_unit'),
  custom_unit_amount: unsupported,
  tiers: z.array(tier).min(1).max(100).optional(),
  tiers_mode: z.enum(['graduated', 'volume']).optional(),
  transform_quantity: z
    .strictObject({
      divide_by: integer.refine((value) => value >= 1, 'must be at least 1'),
      round: z.enum(['down', 'up']),
    })
    .optional(),
})

/** The checked parameters of a new price. */
export type PriceCreation = z.output<typeof priceCreation>

/** The unit amount, or null for a tiered price; one of both must be said, and not the other. */
export function unitOf(input: PriceCreation): number | null {
  const given = input.unit_amount ?? input.unit_amount_decimal
  if (input.billing_scheme === 'tiered') {
    if (input.tiers === undefined) throw invalid('Missing required param: tiers.', 'tiers', 'parameter_missing')
    if (input.tiers_mode === undefined)
      throw invalid('Missing required param: tiers_mode.', 'tiers_mode', 'parameter_missing')
    if (given !== undefined) throw invalid('A tiered price has no unit_amount.', 'unit_amount')
    if (input.tiers.at(-1)?.up_to !== null) throw invalid('The last tier must be up to `inf`.', 'tiers')
    return null
  }
  if (input.tiers !== undefined) throw invalid('`tiers` needs `billing_scheme=tiered`.', 'tiers')
  if (given === undefined) throw invalid('Missing required param: unit_amount.', 'unit_amount', 'parameter_missing')
  return given
}

/** Complete tier from the input. */
export function tierOf(input: z.output<typeof tier>): Stripe.Price.Tier {
  return buildTier(
    input.up_to,
    input.unit_amount ?? input.unit_amount_decimal ?? null,
    input.flat_amount ?? input.flat_amount_decimal ?? null,
  )
}

/** Usage is counted by meters, and only usage is. */
export function requireMeter(world: SandboxState, { recurring }: PriceCreation): void {
  if (recurring === undefined) return
  if (recurring.usage_type === 'metered' && recurring.meter === undefined) {
    throw invalid('Metered prices need a meter: `recurring[meter]`.', 'recurring[meter]', 'parameter_missing')
  }
  if (recurring.meter === undefined) return
  if (recurring.usage_type !== 'metered') {
    throw invalid('`recurring[meter]` needs `recurring[usage_type]=metered`.', 'recurring[meter]')
  }
  if (world.store.get('billing.meter', recurring.meter) === undefined)
    throw missing('billing meter', recurring.meter, 'recurring[meter]', 400)
}
