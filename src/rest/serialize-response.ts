import type { FastifySerializerCompiler } from 'fastify'
import type { z } from 'zod'

/**
 * Serializes a response without validating it, as Fastify does without a schema: a declared schema costs nothing, and
 * no field is removed.
 */
export const serializeJson: FastifySerializerCompiler<z.ZodType> = () => JSON.stringify

/** For tests: a response that does not match its schema is an internal error. */
export const serializeChecked: FastifySerializerCompiler<z.ZodType> =
  ({ schema, method, url, httpStatus }) =>
  (body) => {
    const text = JSON.stringify(body)
    const checked = schema.safeParse(JSON.parse(text))
    if (checked.success) return text
    const issues = checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
    throw new Error(`The response ${httpStatus ?? ''} of ${method} ${url} does not match its schema: ${issues}`)
  }
