import type { FastifySchema, RouteOptions } from 'fastify'
import { z } from 'zod'
import { codeInfo } from '#services/kernel/codes/codes.js'
import { errorBody } from '../responses/errors.js'
import { accessInfo, type Access } from './access.js'
import type { JsonSchema, JsonSchemas } from './json-schemas.js'
import type { Code } from './route-description.js'

/** Errors of every route. */
const EVERYWHERE: readonly Code[] = ['HEADERS_TOO_LARGE', 'UNAVAILABLE', 'INTERNAL']
const OF_VALUES: readonly Code[] = ['BAD_REQUEST', 'BAD_USER_INPUT']
const OF_BODIES: readonly Code[] = ['REQUEST_TIMEOUT', 'BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE']
/** Other methods have bodies, which are parsed even if the route does not read them. */
const WITHOUT_BODY = ['GET', 'HEAD']

/** Statuses after which a response can say when to try again. */
const RETRYABLE = ['429', '503']

/** The Operation Object of a route. Errors of a route that browsers open are pages. */
export function toOperation(path: string, route: RouteOptions, schemas: JsonSchemas): object {
  const { schema = {} } = route
  const { operationId, summary, description, tag, access = 'anyone', isPayable } = schema
  const parameters = [
    ...parametersIn('path', schema.params, schemas).filter(({ name }) => path.includes(`{${name}}`)),
    ...parametersIn('query', schema.querystring, schemas),
    ...headersOf(access),
  ]
  const requestBody = toRequestBody(schema, schemas)
  return {
    operationId,
    summary,
    ...(description ? { description } : {}),
    tags: [tag],
    security: accessInfo(access).security.map((schemes) => Object.fromEntries(schemes.map((scheme) => [scheme, []]))),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(requestBody ? { requestBody } : {}),
    // The amount is that of the pack that lifts the denial.
    ...(isPayable ? { 'x-payment-info': { amount: null, method: 'stripe', intent: 'charge' } } : {}),
    responses: { ...toErrors(route, schemas), ...toSuccesses(schema, schemas) },
  }
}

const headersOf = (access: Access): Parameter[] =>
  Object.entries(accessInfo(access).headers ?? {}).map(([name, description]) => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
  }))

interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly description?: string
  readonly schema: JsonSchema
}

function parametersIn(place: 'path' | 'query', schema: unknown, schemas: JsonSchemas): Parameter[] {
  if (!(schema instanceof z.ZodObject)) return []
  const { shape } = schema as z.ZodObject<Record<string, z.ZodType>>
  const { properties = {} } = schemas.of(schema, 'input') as { properties?: Record<string, JsonSchema> }
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || !shape[name]!.safeParse(undefined).success,
    ...(typeof description === 'string' ? { description } : {}),
    schema: rest,
  }))
}

function toRequestBody(
  { sentBody, body, consumes = ['application/json'], example }: FastifySchema,
  schemas: JsonSchemas,
) {
  const sent = sentBody ?? body
  if (!(sent instanceof z.ZodType)) return undefined
  const content = { schema: schemas.of(sent, 'input'), ...(example === undefined ? {} : { example }) }
  return {
    required: !sent.safeParse(undefined).success,
    content: Object.fromEntries(consumes.map((type) => [type, type === 'text/plain' ? JSON_AS_TEXT : content])),
  }
}

const JSON_AS_TEXT = { schema: { type: 'string', contentMediaType: 'application/json' } }

/** Responses that the route declares by their exact status. */
function toSuccesses({ response }: FastifySchema, schemas: JsonSchemas): Record<string, object> {
  const declared = Object.entries((response ?? {}) as Record<string, unknown>).filter(
    (entry): entry is [string, z.ZodType] => /^\d+$/.test(entry[0]) && entry[1] instanceof z.ZodType,
  )
  return Object.fromEntries(declared.map(([status, schema]) => [status, toResponse(schema, schemas)]))
}

function toResponse(schema: z.ZodType, schemas: JsonSchemas): object {
  const { contentType = 'application/json', description } = (z.globalRegistry.get(schema) ?? {}) as {
    contentType?: string | null
    description?: string
  }
  const content = contentType === null ? {} : { content: { [contentType]: { schema: schemas.of(schema, 'output') } } }
  return { description, headers: REQUEST_ID, ...content }
}

const REQUEST_ID = { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } }
const RETRY_AFTER = { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } }

function toErrors(route: RouteOptions, schemas: JsonSchemas): Record<string, object> {
  const page = route.config?.isPage ? { 'text/html': { schema: { type: 'string' } } } : {}
  const byStatus = Map.groupBy(codesOf(route), (code) => String(codeInfo(code).status))
  const reference = schemas.of(errorBody, 'output')
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      {
        description: codes.map((code) => `\`${code}\`: ${codeInfo(code).text}.`).join(' '),
        headers: { ...REQUEST_ID, ...(RETRYABLE.includes(status) ? RETRY_AFTER : {}) },
        content: {
          'application/json': { schema: { allOf: [reference, { properties: { code: { enum: codes } } }] } },
          ...page,
        },
      },
    ]),
  )
}

/** Codes of the errors of a route: those of its caller, of the form of its requests, and its own. */
function codesOf({ method, schema = {} }: RouteOptions): Code[] {
  const { access = 'anyone', errors = [], body, querystring } = schema
  const isParsed = !WITHOUT_BODY.includes(String(method))
  return [
    ...new Set([
      ...(body || querystring || isParsed ? OF_VALUES : []),
      ...accessInfo(access).errors,
      ...errors,
      ...(isParsed ? OF_BODIES : []),
      ...EVERYWHERE,
    ]),
  ]
}
