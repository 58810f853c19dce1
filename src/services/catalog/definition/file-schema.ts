import { z } from 'zod'
import { isCurrency } from '#services/kernel/money/currency.js'
import { overage, percent, rollover } from './overage-schema.js'
import { DEFAULT_VALUE, DIMENSION_VALUE } from './rate-line.js'
import { FEED_FORMS } from './price-feed.js'
import { parseDays, parseQuotaWindow, WINDOWS } from './parse-quota-window.js'
import { PLAN_KEYS, PRICE_KEYS, pricesSchema } from './price-keys.js'

/**
 * Shapes of the parts of a catalog file. Objects are strict: an unknown key is reported by name. Amounts of money and
 * feature values of a plan stay `unknown` here: they depend on the currency and the kind of the feature, and are read
 * where those are known.
 */

/** Codes and slugs alike: they appear in URLs, in provider metadata and in code. */
export const CODE = /^[a-z0-9]+(?:[-_][a-z0-9]+)*$/

/** Stripe's longest trial. */
const MAX_TRIAL_DAYS = 730
const DOMAIN = /^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/

const text = z.string('expected a string').trim().min(1, 'expected a string')
const truth = z.boolean('expected true or false')
/** A code that refers to an entry, or names one. */
export const code = z.string('expected a code').regex(CODE, 'expected a code, for example ai_stories')
const whole = z.int('expected an integer').min(0, 'expected an integer, 0 or more')
/** As for definitions that vendors write: a response returns a whole one. */
const MAX_DEFINITION_BYTES = 256 * 1024
const json = z.record(z.string(), z.unknown(), 'expected a map')
export const texts = z.array(text, 'expected a list of strings')
const currency = z
  .string('expected a currency')
  .refine(isCurrency, 'expected an ISO 4217 currency code, for example USD')
const WINDOW = 'expected hour, day, week, month, billing_period or a number of days, for example 30d'
const quotaWindow = z
  .string(WINDOW)
  .refine((value) => parseQuotaWindow(value) !== null, WINDOW)
  .meta({ examples: [...WINDOWS] })
export const days = z
  .string('expected a number of days, for example 90d')
  .refine((value) => parseDays(value) !== null, 'expected a number of days, for example 90d')
const url = z
  .string('expected a URL')
  .refine(isUrlOrPath, 'expected an http or https URL, or a path that begins with one /')

const nearLimit = z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(percent).min(1))

/** Names of models contain dots and slashes, which codes do not. */
const dimensionValue = z
  .string('expected a value, for example large-v2')
  .regex(DIMENSION_VALUE, 'expected a value, for example large-v2')
const moment = z
  .string('expected a date, for example 2026-01-31')
  .refine(
    (value) => /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?$/.test(value) && !Number.isNaN(Date.parse(value)),
    'expected a date, for example 2026-01-31, or a time such as 2026-01-31T12:00:00Z',
  )
const tiers = z
  .array(
    z.strictObject({ up_to: whole.min(1, 'expected an integer, 1 or more').optional(), price: z.unknown() }),
    'expected a list of tiers',
  )
  .min(1, 'expected at least one tier')
/** Items of a list that are read one by one, so that a wrong one does not hide what is wrong with others. */
const items = (message: string) => z.array(z.unknown(), message)

/** A line of a rate card. */
export const rateLineSchema = z.strictObject({
  quantity: code,
  when: z.record(code, z.union([z.literal(DEFAULT_VALUE), dimensionValue, z.array(dimensionValue).min(1)])).optional(),
  price: z.unknown().optional(),
  graduated: tiers.optional(),
  volume: tiers.optional(),
  per: whole.optional(),
  minimum: whole.optional(),
})
const rateLines = items('expected a list of lines')
/** A version of a rate card. */
export const rateVersionSchema = z.strictObject({
  from: moment,
  minimum: whole.optional(),
  lines: rateLines.min(1, 'expected at least one line'),
  multipliers: z.record(code, z.record(z.string(), z.unknown(), 'expected a map of values')).optional(),
  plans: z.record(code, z.strictObject({ multiplier: z.unknown().optional(), lines: rateLines.optional() })).optional(),
})
/** A public price list of a rate card. */
export const priceFeedSchema = z.strictObject({
  url: z
    .string('expected an https URL')
    .refine(
      (value) => URL.canParse(value) && ['http:', 'https:'].includes(new URL(value).protocol),
      'expected an https URL',
    )
    .optional(),
  file: text.optional(),
  form: z.enum(FEED_FORMS, `expected ${FEED_FORMS.join(' or ')}`),
  dimension: code.optional(),
  providers: texts.optional(),
  units_per_dollar: z.unknown(),
  mark_up_percent: z.int('expected 0 to 1000').min(0, 'expected 0 to 1000').max(1000, 'expected 0 to 1000').optional(),
  minimum_margin: z.unknown().optional(),
  decimals: z.int('expected 0 to 3').min(0, 'expected 0 to 3').max(3, 'expected 0 to 3').optional(),
  apply: z.enum(['automatic', 'review'], 'expected automatic or review').optional(),
})
/** Packages that are bought automatically. */
export const topUpsSchema = z.strictObject(
  {
    packages: items('expected a list of packages').min(1, 'expected a list of packages'),
    max_per_month: z.int('expected 1 to 1000').min(1, 'expected 1 to 1000').max(1000, 'expected 1 to 1000'),
  },
  'expected { packages, max_per_month }',
)

const returnUrls = z.union(
  [z.enum(['client', 'iframe']), z.strictObject({ success: url, cancel: url, portal: url })],
  'expected client, iframe or { success, cancel, portal }',
)

/** The keys that say something about the business itself. */
export const settingSchemas = {
  business: code,
  currency,
  group: code.optional(),
  domains: z
    .record(
      z.string().regex(DOMAIN, 'expected a domain, for example try.direct'),
      z.enum(['live', 'test'], 'expected live or test'),
      'expected a map of domains to live or test',
    )
    .optional(),
  brand: z
    .strictObject({
      name: text.max(100, 'expected at most 100 characters'),
      logo: z.url({ protocol: /^https$/, error: 'expected an https URL' }).optional(),
      accent: z
        .string('expected a color')
        .regex(/^#[0-9a-f]{6}$/i, 'expected a color, for example "#4f46e5"')
        .optional(),
      address: text.max(300, 'expected at most 300 characters').optional(),
    })
    .optional(),
  receipt_mails: z
    .array(z.enum(['stripe', 'paypal'], 'expected stripe or paypal'), 'expected a list of stripe and paypal')
    .optional(),
  return_urls: returnUrls.optional(),
  taxes: z.enum(['none', 'automatic', 'inclusive'], 'expected none, automatic or inclusive').optional(),
  upgrade_url: url.optional(),
  near_limit: nearLimit.optional(),
  spend_caps: items('expected a list of features').optional(),
  seats: items('expected a list of features').optional(),
  pools: items('expected a list of features').optional(),
  balance_alerts: items('expected a list of features').optional(),
  top_ups: z.unknown().optional(),
  vendor_share_basis_points: z
    .int('expected 0 to 10000')
    .min(0, 'expected 0 to 10000')
    .max(10_000, 'expected 0 to 10000')
    .optional(),
  dunning: z.strictObject({ grace: days }, 'expected { grace }').optional(),
  billing: z
    .strictObject({ unused_time: z.enum(['credit', 'none'], 'expected credit or none') }, 'expected { unused_time }')
    .optional(),
  pause: z.unknown().optional(),
  trials: z
    .strictObject(
      {
        card: z.enum(['required', 'optional'], 'expected required or optional'),
        without_card: z.enum(['cancel', 'pause'], 'expected cancel or pause'),
        once_per: z.array(z.enum(['person', 'email', 'card'], 'expected person, email or card')),
      },
      'expected { card, without_card, once_per }',
    )
    .partial()
    .optional(),
}

/** The keys that hold maps of entries, and what an entry may say. */
export const entrySchemas = {
  features: z.strictObject({
    name: text,
    description: text.optional(),
    kind: z.enum(['boolean', 'limit', 'quota', 'rate', 'credit'], 'expected boolean, limit, quota, rate or credit'),
    unit: text.optional(),
    window: quotaWindow.optional(),
    time_zone: z.enum(['utc', 'account'], 'expected utc or account').optional(),
    per: z.enum(['minute', 'hour'], 'expected minute or hour').optional(),
    near_limit: nearLimit.optional(),
    on_failure: z.enum(['closed', 'open'], 'expected closed or open').optional(),
    properties: z
      .array(code, 'expected a list of up to 5 names')
      .min(1, 'expected at least one name')
      .max(5, 'expected at most 5 names')
      .refine((names) => new Set(names).size === names.length, 'expected each name once')
      .optional(),
    meter: code.optional(),
    overage_meter: code.optional(),
  }),
  rate_cards: z.strictObject({
    dimensions: z
      .record(code, z.array(dimensionValue, 'expected a list of values').min(1, 'expected at least one value'))
      .optional(),
    window: z.enum(['month', 'billing_period'], 'expected month or billing_period').optional(),
    overage: z.enum(['reject', 'cap', 'overflow'], 'expected reject, cap or overflow').optional(),
    versions: items('expected a list of versions').min(1, 'expected at least one version'),
    feed: z.unknown().optional(),
  }),
  plans: z.strictObject({
    name: text,
    description: text.optional(),
    bullets: texts.optional(),
    group: code.optional(),
    rank: whole,
    prices: pricesSchema(PLAN_KEYS, 'expected intervals such as { month, year }', text),
    trial_days: whole.min(1, 'expected 1 to 730').max(MAX_TRIAL_DAYS, 'expected 1 to 730').optional(),
    overage_threshold: z.unknown().optional(),
    supported_stacks: z
      .union([z.null(), z.literal('all'), z.array(code)], 'expected all or a list of stacks')
      .optional(),
    features: json.optional(),
  }),
  packages: z.strictObject({
    name: text,
    description: text.optional(),
    type: z.enum(['addon', 'credit_pack', 'enterprise'], 'expected addon, credit_pack or enterprise'),
    bullets: texts.optional(),
    price: z.unknown().optional(),
    prices: pricesSchema(PRICE_KEYS, 'expected intervals such as { month, year } or { one_time }', text),
    grants: json.optional(),
    valid_for: days.optional(),
    contact_url: url.optional(),
  }),
  categories: z.strictObject({
    title: text,
    priority: whole.max(9999, 'expected 0 to 9999'),
    metadata: json.optional(),
  }),
  vendors: z.strictObject({ name: text, verified: truth.optional() }),
  templates: z.strictObject({
    name: text,
    slug: z.string('expected a slug').regex(CODE, 'expected a slug, for example wordpress-plus').optional(),
    short_description: text.optional(),
    long_description: text.optional(),
    category: code.optional(),
    tags: z.array(text, 'expected a list of strings').optional(),
    stack: code,
    required_plan: code.optional(),
    vendor: code.optional(),
    tech_stack: json.optional(),
    definition: json.refine(
      (definition) => Buffer.byteLength(JSON.stringify(definition)) <= MAX_DEFINITION_BYTES,
      `expected at most ${MAX_DEFINITION_BYTES / 1024} KiB`,
    ),
    infrastructure_requirements: json.optional(),
  }),
  products: z
    .strictObject({ once: z.unknown(), month: z.unknown() })
    .partial()
    .refine((said) => (said.once === undefined) !== (said.month === undefined), 'expected once or month'),
}

/** Kinds of features that can have a value in a plan, for forms. */
const onlyOf = (...kinds: readonly z.infer<typeof entrySchemas.features>['kind'][]) => ({ kinds })

/** Long form of a feature in a plan or package. */
export const grantSchema = z.strictObject({
  amount: z.union([whole, z.literal('unlimited')], 'expected an integer or unlimited').optional(),
  enabled: truth.optional(),
  per: text.optional().meta(onlyOf('limit', 'quota')),
  window: quotaWindow.optional().meta(onlyOf('quota')),
  text: text.optional(),
  overage: overage.optional().meta(onlyOf('quota')),
  rollover: rollover.optional().meta(onlyOf('quota')),
})

/** A line of a rate card, as the file says it. */
export type SaidRateLine = z.infer<typeof rateLineSchema>

/** The names of the parts that hold entries. */
export type Section = keyof typeof entrySchemas
/** An entry of a part, as the file says it. */
export type Entry<Name extends Section> = z.infer<(typeof entrySchemas)[Name]>

function isUrlOrPath(value: string): boolean {
  if (value.startsWith('/')) return !value.startsWith('//') && !value.includes('\\')
  return URL.canParse(value) && ['http:', 'https:'].includes(new URL(value).protocol)
}
