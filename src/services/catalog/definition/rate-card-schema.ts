import { z } from 'zod'
import { FEED_FORMS } from './price-feed.js'
import { DEFAULT_VALUE } from './rate-line.js'
import {
  code,
  codeOf,
  decimal,
  decimalUnits,
  dimensionValue,
  items,
  readLater,
  text,
  texts,
  whole,
} from './value-schemas.js'

const moment = z
  .string('expected a date, for example 2026-01-31')
  .refine(
    (value) => /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?$/.test(value) && !Number.isNaN(Date.parse(value)),
    'expected a date, for example 2026-01-31, or a time such as 2026-01-31T12:00:00Z',
  )
const tiers = z
  .array(
    z.strictObject({ up_to: whole.min(1, 'expected an integer, 1 or more').optional(), price: decimalUnits }),
    'expected a list of tiers',
  )
  .min(1, 'expected at least one tier')
const dimension = codeOf('dimensions')

/** A line of a rate card. */
export const rateLineSchema = z
  .strictObject({
    quantity: code,
    when: z
      .record(dimension, z.union([z.literal(DEFAULT_VALUE), dimensionValue, z.array(dimensionValue).min(1)]))
      .optional(),
    price: decimalUnits.optional(),
    graduated: tiers.optional(),
    volume: tiers.optional(),
    above: z
      .array(
        z.strictObject({ prompt: whole.min(1, 'expected an integer, 1 or more'), price: decimalUnits }),
        'expected a list of sizes',
      )
      .min(1, 'expected at least one size')
      .optional(),
    per: whole.optional(),
    minimum: whole.meta({ unit: 'feature' }).optional(),
  })
  .meta({ alternatives: [['price', 'graduated', 'volume']] })
const rateLines = items('expected a list of lines', rateLineSchema)
/** A version of a rate card. */
export const rateVersionSchema = z.strictObject({
  from: moment,
  minimum: whole.meta({ unit: 'feature' }).optional(),
  lines: rateLines.min(1, 'expected at least one line'),
  multipliers: z.record(dimension, z.record(z.string(), decimal, 'expected a map of values')).optional(),
  plans: z
    .record(codeOf('plans'), z.strictObject({ multiplier: decimal.optional(), lines: rateLines.optional() }))
    .optional(),
})
/** A public price list of a rate card. */
export const priceFeedSchema = z
  .strictObject({
    url: z
      .string('expected an https URL')
      .refine(
        (value) => URL.canParse(value) && ['http:', 'https:'].includes(new URL(value).protocol),
        'expected an https URL',
      )
      .optional(),
    file: text.optional(),
    form: z.enum(FEED_FORMS, `expected ${FEED_FORMS.join(' or ')}`),
    dimension: dimension.optional(),
    providers: texts.optional(),
    units_per_dollar: decimalUnits,
    mark_up_percent: z
      .int('expected 0 to 1000')
      .min(0, 'expected 0 to 1000')
      .max(1000, 'expected 0 to 1000')
      .meta({ unit: '%' })
      .optional(),
    minimum_margin: decimalUnits.optional(),
    decimals: z.int('expected 0 to 3').min(0, 'expected 0 to 3').max(3, 'expected 0 to 3').optional(),
    apply: z.enum(['automatic', 'review'], 'expected automatic or review').optional(),
  })
  .meta({ alternatives: [['url', 'file']] })
/** Prices of the work for a feature. */
export const rateCardSchema = z.strictObject({
  dimensions: z
    .record(code, z.array(dimensionValue, 'expected a list of values').min(1, 'expected at least one value'))
    .optional(),
  window: z.enum(['month', 'billing_period'], 'expected month or billing_period').optional(),
  overage: z.enum(['reject', 'cap', 'overflow'], 'expected reject, cap or overflow').optional(),
  versions: items('expected a list of versions', rateVersionSchema).min(1, 'expected at least one version'),
  feed: readLater(priceFeedSchema).optional(),
})

/** A line of a rate card, as the file says it. */
export type SaidRateLine = z.infer<typeof rateLineSchema>
