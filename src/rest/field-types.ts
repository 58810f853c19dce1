import { z } from 'zod'
import { MAX_REFERENCE } from '../services/identity/model/reference.js'
import { AppError } from '../services/kernel/errors/app-error.js'
import { parseDecimal } from '../services/kernel/money/money.js'
import { hasControl, isVisible } from '../services/kernel/text/visible.js'

/** Text that the database can hold. */
export const text = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .regex(/^[^\0]*$/, 'must be a string')
    .refine((value) => value.isWellFormed(), 'must be a string')

/** An ID, or a reference to an account. The service says more about one that is too long. */
export const id = text(MAX_REFERENCE)
  .min(1)
  .refine(isVisible, 'must have a visible character')
  .refine((value) => !hasControl(value), 'must not have a control character')

/** Rejected here, so that every route returns the status that its document describes, with the name that was sent. */
export const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 printable ASCII characters without spaces')
  .describe(
    'ID of the work; the same for each retry. A repeated request with the same key returns the first result. 1–255 printable ASCII characters without spaces.',
  )

/** A moment with its offset, or a day, which means its beginning in UTC. */
export const moment = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()], {
    error: 'must be a date or time, for example 2026-11-20 or 2026-11-20T08:15:00Z',
  })
  .transform((given) => new Date(given))

/** An amount of money, as responses have it. */
export const money = z
  .strictObject({
    amount: z.string().max(20).describe('Decimal amount, for example `20.00`.'),
    currency: z.string().max(3).describe('ISO 4217 code.'),
  })
  .transform(({ amount, currency }, { issues, value }) => {
    try {
      return parseDecimal(amount, currency)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      issues.push({ code: 'custom', message: error.message, input: value })
      return z.NEVER
    }
  })

const words = (least: number, maximum: number) => `must be an integer between ${least} and ${maximum}`

/** A whole number of a query string within its limits. */
export const integerParameter = (least: number, maximum: number, initial: number) =>
  z
    .string()
    .regex(/^\d{1,12}$/, words(least, maximum))
    .transform(Number)
    .pipe(z.number().min(least, words(least, maximum)).max(maximum, words(least, maximum)))
    .default(initial)
    .meta({ shown: { type: 'integer', minimum: least, maximum, default: initial } })

/** `true` or `false` of a query string. */
export const booleanParameter = (initial: boolean) =>
  z
    .enum(['true', 'false', '1', '0'], { error: 'must be true or false' })
    .transform((text) => text === 'true' || text === '1')
    .default(initial)
    .meta({ shown: { type: 'string', enum: ['true', 'false', '1', '0'], default: String(initial) } })
