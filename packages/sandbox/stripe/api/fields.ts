import { z } from 'zod'
import { STRIPE_CURRENCIES } from '#currencies.js'

/** Marks a parameter of Stripe that the sandbox does not support: the response is 501, and it is never ignored. */
export const UNSUPPORTED = 'unsupported'

/** Text of at most 5,000 characters, as in Stripe. */
export const text = z.string().max(5000)

/** Text that an empty string unsets. */
export const clearable = text.transform((value) => (value === '' ? null : value))

/** A whole number, written in digits. */
export const integer = z
  .string()
  .regex(/^-?\d{1,15}$/, 'integer')
  .transform(Number)

/** Start of the error message for a number that is too small. */
export const TOO_SMALL = 'This value must be greater than or equal to'

/** Error message for a payment of nothing. */
export const BELOW_MINIMUM =
  'The amount must be greater than or equal to the minimum charge amount allowed for your account and the currency set.'

/** A whole number of at least so much. */
export const min = (least: number) => integer.refine((value) => value >= least, `${TOO_SMALL} ${least}.`)

/** A whole number of at least zero. */
export const amount = min(0)

/** An amount in minor units that may have up to 12 decimals. */
export const decimalAmount = z
  .string()
  .regex(/^\d{1,15}(\.\d{1,12})?$/, 'must be a decimal number of at least 0')
  .transform(Number)

/** `true` or `false`. */
export const boolean = z.enum(['true', 'false']).transform((value) => value === 'true')

/** Start of the error message for a currency in which Stripe does not charge. */
export const INVALID_CURRENCY = 'Invalid currency'

/** The code of a currency in which Stripe charges, in lower case afterwards. */
export const currency = z
  .string()
  .transform((value) => value.toLowerCase())
  .refine((value) => STRIPE_CURRENCIES.has(value), {
    error: ({ input }) =>
      `${INVALID_CURRENCY}: ${String(input)}. Stripe currently supports these currencies: ${[...STRIPE_CURRENCIES].join(', ')}`,
  })

/** Error message for an email address. */
export const INVALID_EMAIL = 'Invalid email address'

/** Email address, checked for its form only. An empty string unsets it. */
export const email = z
  .string()
  .max(512)
  .transform((value) => (value === '' ? null : value))
  .refine((value) => value === null || /^[^\s@]+@[^\s@]+$/.test(value), INVALID_EMAIL)

/** Parameter that the sandbox does not support. */
export const unsupported = z
  .unknown()
  .refine((value) => value === undefined, UNSUPPORTED)
  .optional()

/** Error message for a URL. */
export const INVALID_URL = 'Not a valid URL'

/** An http or https address. */
export const url = text.refine(isWebAddress, INVALID_URL)

/** Up to 50 keys of 40 characters with values of 500; an empty value removes its key, an empty text removes all. */
export const metadata = z.preprocess(
  (value) => (Array.isArray(value) ? Object.fromEntries(value.entries()) : value),
  z.union([
    z.literal('').transform(() => null),
    z
      .record(z.string().max(40), z.string().max(500))
      .refine((value) => Object.keys(value).length <= 50, 'can have at most 50 keys'),
  ]),
)

/** A filter by creation time: exact seconds, or gt, gte, lt, lte. */
export const created = z
  .union([integer, z.strictObject({ gt: integer, gte: integer, lt: integer, lte: integer }).partial()])
  .optional()

/** The parameters of every list. */
export const paging = {
  limit: integer.refine((value) => value >= 1 && value <= 100, 'must be between 1 and 100').default(10),
  starting_after: text.optional(),
  ending_before: text.optional(),
}

/** Metadata after a change: keys with empty values go, others are added; null clears. */
export function mergeMetadata(
  before: Record<string, string>,
  change: Record<string, string> | null | undefined,
): Record<string, string> {
  if (change === undefined) return before
  if (change === null) return {}
  return Object.fromEntries(Object.entries({ ...before, ...change }).filter(([, value]) => value !== ''))
}

function isWebAddress(value: string): boolean {
  // The placeholder holds braces, which an address may not; everything else must be one.
  const address = URL.parse(value.replaceAll('{CHECKOUT_SESSION_ID}', 'id'))
  return address !== null && (address.protocol === 'http:' || address.protocol === 'https:')
}
