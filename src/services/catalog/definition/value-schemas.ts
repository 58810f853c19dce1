import { z } from 'zod'
import { untaken } from '#services/kernel/money/charge-rules.js'
import { isCurrency } from '#services/kernel/money/currency.js'
import { isTaken } from '#services/kernel/money/provider-currencies.js'
import { parseDays, parseQuotaWindow, WINDOWS } from './parse-quota-window.js'
import { DIMENSION_VALUE } from './rate-line.js'

/** Codes and slugs alike: they appear in URLs, in provider metadata and in code. */
export const CODE = /^[a-z0-9]+(?:[-_][a-z0-9]+)*$/

export const text = z.string('expected a string').trim().min(1, 'expected a string')
export const truth = z.boolean('expected true or false')
/** A code that refers to an entry, or names one. */
export const code = z.string('expected a code').regex(CODE, 'expected a code, for example ai_stories')
export const whole = z.int('expected an integer').min(0, 'expected an integer, 0 or more')
export const texts = z.array(text, 'expected a list of strings')
/** Data that is not interpreted. */
export const json = z.record(z.string(), z.unknown(), 'expected a map')
export const currency = z
  .string('expected a currency')
  .refine(isCurrency, { error: 'expected an ISO 4217 currency code, for example USD', abort: true })
  .refine(isTaken, { error: ({ input }) => untaken(String(input)) })
const WINDOW = 'expected hour, day, week, month, billing_period or a number of days, for example 30d'
export const quotaWindow = z
  .string(WINDOW)
  .refine((value) => parseQuotaWindow(value) !== null, WINDOW)
  .meta({ examples: [...WINDOWS] })
export const days = z
  .string('expected a number of days, for example 90d')
  .refine((value) => parseDays(value) !== null, 'expected a number of days, for example 90d')
export const url = z
  .string('expected a URL')
  .refine(isUrlOrPath, 'expected an http or https URL, or a path that begins with one /')
/** Names of models contain dots and slashes, which codes do not. */
export const dimensionValue = z
  .string('expected a value, for example large-v2')
  .regex(DIMENSION_VALUE, 'expected a value, for example large-v2')

/*
 * Values that are read where more is known about them. `of` is their shape, `form` that of a decimal text, `entryOf` the
 * part of the file that has the code, `alternatives` are keys of which a map has one, and `unit` is `%`, or that of the
 * `feature`: for forms.
 */

/** An amount of money, or one for each currency. */
export const money = z.unknown().meta({ form: 'money' })
export const decimal = z.unknown().meta({ form: 'decimal' })
export const decimalUnits = decimal.meta({ unit: 'feature' })
export const readLater = (of: z.ZodType) => z.unknown().meta({ of })
/** Items of a list that are read one by one, so that a wrong one does not hide what is wrong with others. */
export const items = (message: string, of: z.ZodType) => z.array(z.unknown(), message).meta({ of: z.array(of) })
export const codeOf = (entryOf: string, kinds?: readonly string[]) => code.meta({ entryOf, ...(kinds && { kinds }) })

function isUrlOrPath(value: string): boolean {
  if (value.startsWith('/')) return !value.startsWith('//') && !value.includes('\\')
  return URL.canParse(value) && ['http:', 'https:'].includes(new URL(value).protocol)
}
