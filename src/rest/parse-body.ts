import { z } from 'zod'
import { AppError } from '../services/kernel/errors/app-error.js'
import { jsonExcess } from '../services/kernel/text/json-excess.js'
import { sayIssue } from './say-issue.js'

/** Text that the database can hold. */
export const text = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .regex(/^[^\0]*$/, 'must be a string')
    .refine((value) => value.isWellFormed(), 'must be a string')

/** A moment with its offset, or a day, which means its beginning in UTC. */
export const moment = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()], {
    error: 'must be a date or time, for example 2026-11-20 or 2026-11-20T08:15:00Z',
  })
  .transform((given) => new Date(given))

/** A JSON body or a query string of the given shape. The first thing that is wrong with it is named by its path. */
export function parseBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(Buffer.isBuffer(body) ? parseJson(body) : body, { error: sayIssue })
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  // An unknown field is reported by its own path, like an invalid one.
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  const field = [...(issue?.path ?? []), ...unknown].join('.')
  const wrong = issue?.message ?? 'is not valid'
  throw new AppError('BAD_REQUEST', field ? `${field}: ${wrong}` : `The request body ${wrong}.`, {
    details: field ? { field } : {},
  })
}

function parseJson(body: Buffer): unknown {
  const text = body.toString('utf8')
  const excess = jsonExcess(text)
  if (excess) throw new AppError('BAD_REQUEST', excess.message, { details: { limit: excess.limit } })
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new AppError('BAD_REQUEST', 'The request body is not valid JSON.')
  }
}
