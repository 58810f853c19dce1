import { z } from 'zod'
import { overage, percent, rollover } from './overage-schema.js'
import { PLAN_KEYS, PRICE_KEYS, pricesSchema } from './price-keys.js'
import { rateCardSchema } from './rate-card-schema.js'
import {
  CODE,
  code,
  codeOf,
  currency,
  days,
  items,
  json,
  money,
  quotaWindow,
  readLater,
  text,
  texts,
  truth,
  url,
  whole,
} from './value-schemas.js'

/**
 * Shapes of the parts of a catalog file. Objects are strict: an unknown key is reported by name. Amounts of money and
 * feature values of a plan stay `unknown` here: they depend on the currency and the kind of the feature, and are read
 * where those are known.
 */

/** Stripe's longest trial. */
const MAX_TRIAL_DAYS = 730
const DOMAIN = /^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/
/** As for definitions that vendors write: a response returns a whole one. */
const MAX_DEFINITION_BYTES = 256 * 1024

const nearLimit = z
  .preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(percent).min(1))
  .meta({ of: z.union([percent, z.array(percent)]) })
const USED_UP = ['quota', 'credit'] as const
const features = (kinds: readonly string[]) =>
  items('expected a list of features', codeOf('features', kinds)).optional()

/** Packages that are bought automatically. */
export const topUpsSchema = z.strictObject(
  {
    packages: items('expected a list of packages', codeOf('packages')).min(1, 'expected a list of packages'),
    max_per_month: z.int('expected 1 to 1000').min(1, 'expected 1 to 1000').max(1000, 'expected 1 to 1000'),
  },
  'expected { packages, max_per_month }',
)

/** Payments that customers skip. */
export const pauseSchema = z.strictObject(
  {
    plans: texts
      .min(1, 'expected at least one plan')
      .meta({ of: z.array(codeOf('plans')) })
      .optional(),
    access: z.enum(['keep', 'suspend'], 'expected keep or suspend').optional(),
    invoices: z
      .enum(['void', 'keep_as_draft', 'mark_uncollectible'], 'expected void, keep_as_draft or mark_uncollectible')
      .optional(),
    maximum: days,
  },
  'expected { maximum }',
)

const returnUrls = z.union(
  [z.enum(['client', 'iframe']), z.strictObject({ success: url, cancel: url, portal: url })],
  'expected client, iframe or { success, cancel, portal }',
)

/** The keys that say something about the business itself, in groups. */
export const settingGroups = {
  seller: {
    business: code,
    currency,
    group: code.optional(),
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
    domains: z
      .record(
        z.string().regex(DOMAIN, 'expected a domain, for example try.direct'),
        z.enum(['live', 'test'], 'expected live or test'),
        'expected a map of domains to live or test',
      )
      .optional(),
    return_urls: returnUrls.optional(),
    upgrade_url: url.optional(),
  },
  payments: {
    taxes: z.enum(['none', 'automatic', 'inclusive'], 'expected none, automatic or inclusive').optional(),
    receipt_mails: z
      .array(z.enum(['stripe', 'paypal'], 'expected stripe or paypal'), 'expected a list of stripe and paypal')
      .optional(),
    dunning: z.strictObject({ grace: days }, 'expected { grace }').optional(),
    billing: z
      .strictObject({ unused_time: z.enum(['credit', 'none'], 'expected credit or none') }, 'expected { unused_time }')
      .optional(),
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
    pause: readLater(pauseSchema).optional(),
    top_ups: readLater(topUpsSchema).optional(),
    vendor_share_basis_points: z
      .int('expected 0 to 10000')
      .min(0, 'expected 0 to 10000')
      .max(10_000, 'expected 0 to 10000')
      .optional(),
  },
  use: {
    near_limit: nearLimit.optional(),
    spend_caps: features(USED_UP),
    balance_alerts: features(USED_UP),
    pools: features(USED_UP),
    seats: features(['limit']),
  },
}
export const settingSchemas = { ...settingGroups.seller, ...settingGroups.payments, ...settingGroups.use }

const KINDS = ['boolean', 'limit', 'quota', 'rate', 'credit'] as const
/** Kinds of features that can have a value in a plan, for forms. */
const onlyOf = (...kinds: readonly (typeof KINDS)[number][]) => ({ kinds })

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
const grantsOf = (grant: z.ZodType) => json.meta({ of: z.record(codeOf('features'), grant), form: 'grants' }).optional()

/** The keys that hold maps of entries, and what an entry may say. */
export const entrySchemas = {
  features: z.strictObject({
    name: text,
    description: text.optional(),
    kind: z.enum(KINDS, 'expected boolean, limit, quota, rate or credit'),
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
  rate_cards: rateCardSchema,
  plans: z.strictObject({
    name: text,
    description: text.optional(),
    bullets: texts.optional(),
    group: code.optional(),
    rank: whole,
    prices: pricesSchema(PLAN_KEYS, 'expected intervals such as { month, year }', text),
    trial_days: whole.min(1, 'expected 1 to 730').max(MAX_TRIAL_DAYS, 'expected 1 to 730').optional(),
    overage_threshold: money.optional(),
    supported_stacks: z
      .union([z.null(), z.literal('all'), z.array(code)], 'expected all or a list of stacks')
      .optional(),
    features: grantsOf(grantSchema),
  }),
  packages: z.strictObject({
    name: text,
    description: text.optional(),
    type: z.enum(['addon', 'credit_pack', 'enterprise'], 'expected addon, credit_pack or enterprise'),
    bullets: texts.optional(),
    price: money.optional(),
    prices: pricesSchema(PRICE_KEYS, 'expected intervals such as { month, year } or { one_time }', text),
    grants: grantsOf(grantSchema.pick({ amount: true, enabled: true, text: true })),
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
    category: codeOf('categories').optional(),
    tags: z.array(text, 'expected a list of strings').optional(),
    stack: code,
    required_plan: codeOf('plans').optional(),
    vendor: codeOf('vendors').optional(),
    tech_stack: json.optional(),
    definition: json.refine(
      (definition) => Buffer.byteLength(JSON.stringify(definition)) <= MAX_DEFINITION_BYTES,
      `expected at most ${MAX_DEFINITION_BYTES / 1024} KiB`,
    ),
    infrastructure_requirements: json.optional(),
  }),
  products: z
    .strictObject({ once: money, month: money })
    .partial()
    .meta({ alternatives: [['once', 'month']] })
    .refine((said) => (said.once === undefined) !== (said.month === undefined), 'expected once or month'),
}

const ENTRIES: Readonly<Record<string, z.ZodType<string, string>>> = {
  rate_cards: codeOf('features', USED_UP),
  products: codeOf('templates'),
}
/** The whole file, for forms. */
export const fileSchema = z.strictObject({
  ...settingSchemas,
  ...Object.fromEntries(
    Object.entries(entrySchemas).map(([part, entry]) => [part, z.record(ENTRIES[part] ?? code, entry).optional()]),
  ),
})

/** The names of the parts that hold entries. */
export type Section = keyof typeof entrySchemas
/** An entry of a part, as the file says it. */
export type Entry<Name extends Section> = z.infer<(typeof entrySchemas)[Name]>
