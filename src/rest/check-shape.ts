import { z } from 'zod'
import { AppError } from '../services/kernel/errors/app-error.js'
import { didYouMean } from '../services/kernel/text/nearest-name.js'
import { sayIssue } from './say-issue.js'

export type Checked<Value> = { readonly value: Value } | { readonly error: AppError }

/** A value of the given shape, or the error of the request. The first invalid field is named by its path. */
export function checkShape<Schema extends z.ZodType>(schema: Schema, value: unknown): Checked<z.output<Schema>> {
  const parsed = schema.safeParse(value, { error: sayIssue })
  return parsed.success ? { value: parsed.data } : { error: toBadRequest(parsed.error, schema) }
}

/** Like `checkShape`, for a value inside a request. Throws the error. */
export function parseShape<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const checked = checkShape(schema, value)
  if ('error' in checked) throw checked.error
  return checked.value
}

/** More problems of one request are not listed: a body can have any number of unknown fields. */
const MAX_ISSUES = 20

function toBadRequest(error: z.ZodError, schema: z.ZodType): AppError {
  const known = schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
  const issues = error.issues.flatMap((issue) => toIssues(issue, known)).slice(0, MAX_ISSUES)
  const said = issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join('.')}: ${message}` : `The request body ${message}.`,
  )
  const field = issues[0]?.path.join('.')
  return new AppError('BAD_REQUEST', said.join('; '), { details: field ? { field, issues } : {} })
}

/** An unknown field is reported by its own path, like an invalid one. One of the body itself names the field that it resembles. */
function toIssues({ path: parts, message, ...issue }: z.core.$ZodIssue, known: readonly string[]) {
  const path = parts.map((part) => (typeof part === 'number' ? part : String(part)))
  if (issue.code !== 'unrecognized_keys') return [{ path, code: 'BAD_REQUEST', message }]
  return issue.keys.map((key) => ({
    path: [...path, key],
    code: 'BAD_REQUEST',
    message: message + (path.length === 0 ? didYouMean(key, known) : ''),
  }))
}
