import { z } from 'zod'

/** Text that the database can hold. */
export const text = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .regex(/^[^\0]*$/, 'must be a string')
    .refine((value) => value.isWellFormed(), 'must be a string')

/** The service checks its form. */
export const idempotencyKey = z
  .string()
  .describe(
    'Unique key for this attempt. A repeated request with the same key returns the first result. 1–255 printable ASCII characters without spaces.',
  )

/** A moment with its offset, or a day, which means its beginning in UTC. */
export const moment = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()], {
    error: 'must be a date or time, for example 2026-11-20 or 2026-11-20T08:15:00Z',
  })
  .transform((given) => new Date(given))

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
    .meta({ shown: { enum: ['true', 'false', '1', '0'], default: String(initial) } })
