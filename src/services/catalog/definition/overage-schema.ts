import { z } from 'zod'
import { decimal, money } from './value-schemas.js'

/** A number of units. */
export const units = z
  .int('expected an integer, 1 or more')
  .min(1, 'expected an integer, 1 or more')
  .max(1e12, 'expected at most 1000000000000')
  .meta({ unit: 'feature' })

/** Price of units: of some of them, of packages, a percentage of an amount, or an amount that is independent of their number. */
const tierPrice = {
  price: money.optional(),
  percent: decimal.meta({ unit: '%' }).optional(),
  per: units.optional(),
  package: units.optional(),
  flat: money.optional(),
}
/** Ways to set a price, of which overage has one. */
export const OVERAGE_FORMS = ['price', 'percent', 'graduated', 'volume'] as const
const PER = ['per', 'package']
const TOO_MANY_TIERS = 'expected at most 20 tiers'
const overageTiers = z
  .array(
    z.strictObject({ up_to: units.optional(), ...tierPrice }).meta({ alternatives: [['price', 'percent'], PER] }),
    'expected a list of tiers',
  )
  .min(1, 'expected at least one tier')
  .max(20, TOO_MANY_TIERS)
  .optional()
/** Overage of a feature: a price, a percentage or tiers, up to a cap. */
export const overage = z
  .strictObject(
    {
      ...tierPrice,
      graduated: overageTiers,
      volume: overageTiers,
      free: units.optional(),
      minimum: money.optional(),
      maximum: money.optional(),
      cap: units,
    },
    'expected { price, per, cap }',
  )
  .meta({ alternatives: [OVERAGE_FORMS, PER] })
/** Overage of a feature, as the file says it. */
export type SaidOverage = z.infer<typeof overage>
/** Price of a tier, as the file says it. */
export type SaidTier = Pick<SaidOverage, keyof typeof tierPrice>

/** A part of a hundred. */
export const percent = z
  .int('expected a percentage, 1 to 100')
  .min(1, 'expected 1 to 100')
  .max(100, 'expected 1 to 100')
  .meta({ unit: '%' })

/** A year of months and more: units that stay longer are a pack. */
const MAX_ROLLOVER_PERIODS = 24
const PERIODS = `expected a number of windows, 1 to ${MAX_ROLLOVER_PERIODS}`
/** Unused units that can be used in the next windows. */
export const rollover = z
  .strictObject(
    {
      share: percent.optional(),
      amount: units.optional(),
      maximum: units.optional(),
      periods: z.int(PERIODS).min(1, PERIODS).max(MAX_ROLLOVER_PERIODS, PERIODS).optional(),
    },
    'expected { share, maximum, periods } or { amount, maximum, periods }',
  )
  .meta({ alternatives: [['share', 'amount']] })
