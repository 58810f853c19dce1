import type { z } from 'zod'
import { AppError } from '../services/kernel/errors/app-error.js'
import { sayIssue } from './say-issue.js'

export type Checked<Value> = { readonly value: Value } | { readonly error: AppError }

/** A value of the given shape, or the error of the request. The first invalid field is named by its path. */
export function checkShape<Schema extends z.ZodType>(schema: Schema, value: unknown): Checked<z.output<Schema>> {
  const parsed = schema.safeParse(value, { error: sayIssue })
  return parsed.success ? { value: parsed.data } : { error: toBadRequest(parsed.error) }
}

/** Like `checkShape`, for a value inside a request. Throws the error. */
export function parseShape<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const checked = checkShape(schema, value)
  if ('error' in checked) throw checked.error
  return checked.value
}

function toBadRequest({ issues: [issue] }: z.ZodError): AppError {
  // An unknown field is reported by its own path, like an invalid one.
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  const field = [...(issue?.path ?? []), ...unknown].join('.')
  const wrong = issue?.message ?? 'is not valid'
  return new AppError('BAD_REQUEST', field ? `${field}: ${wrong}` : `The request body ${wrong}.`, {
    details: field ? { field } : {},
  })
}
