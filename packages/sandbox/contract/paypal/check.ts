import { createRequire } from 'node:module'
import type { Ajv, ErrorObject, ValidateFunction } from 'ajv'
import { describeIssue, payPalContract, payPalOperation } from './contract.js'
import { closedSchema, openSchema } from './json-schema.js'
import type { Schema } from './payload.js'

/** Problem with a request, in its body or its query. */
export type RequestProblem = ErrorObject & { location: 'body' | 'query' }

const options = { strict: false, allErrors: true, verbose: true, unicodeRegExp: false, addUsedSchema: false } as const
/**
 * Requests allow additional fields, queries convert text to numbers, responses are closed. Each kind has separate
 * definitions.
 */
type Kind = 'request' | 'query' | 'closed'

const compilers = new Map<Kind, Ajv>()
const validators = new Map<string, ValidateFunction>()

/** True if PayPal's files describe a route. */
export function contractKnows(method: string, path: string): boolean {
  return payPalOperation(method, path) !== undefined
}

/** Returns the places where a request breaks the schema of its route. */
export function requestProblems(
  method: string,
  path: string,
  { body, query }: { body: unknown; query: Record<string, string> },
): RequestProblem[] {
  const operation = payPalOperation(method, path)
  const found: RequestProblem[] = []
  if (operation?.query !== undefined) {
    const schema = { type: 'object', properties: operation.query }
    const check = validator('query', `${method} ${path}`, schema)
    found.push(...problems(check, { ...query }).map((one) => ({ ...one, location: 'query' as const })))
  }
  if (operation?.request !== undefined) {
    const check = validator('request', `${method} ${path}`, operation.request)
    found.push(...problems(check, body).map((one) => ({ ...one, location: 'body' as const })))
  }
  return found
}

/** The fields of a request that no schema of PayPal's has. */
export function unknownFields(method: string, path: string, body: unknown): string[] {
  const schema = payPalOperation(method, path)?.request
  if (schema === undefined) return []
  const check = validator('closed', `${method} ${path} request`, schema)
  return problems(check, body).flatMap(({ keyword, instancePath, params }) =>
    keyword === 'additionalProperties' ? [`${instancePath}/${String(params['additionalProperty'])}`] : [],
  )
}

/** Returns the places where a response breaks the schema of its route, including fields that PayPal does not have. */
export function violationsOf(method: string, path: string, status: number, body: unknown): string[] {
  const responses = payPalOperation(method, path)?.responses ?? {}
  const schema = responses[String(status)]
  if (schema === undefined) return [`PayPal never answers ${status}`]
  if (schema === null) return body === undefined ? [] : ['PayPal answers without a body']
  return valueViolations(`${method} ${path} ${status}`, schema, body)
}

/** Returns the places where a value breaks a definition of the contract. */
export function definitionViolations(name: string, value: unknown): string[] {
  return valueViolations(`definition ${name}`, { $ref: name }, value)
}

function valueViolations(key: string, schema: Schema, value: unknown): string[] {
  const check = validator('closed', key, schema)
  return problems(check, value).map(({ instancePath, message, params, data }) => {
    const extra = params['additionalProperty'] as string | undefined
    return `${instancePath}${extra === undefined ? '' : `/${extra}`} ${message ?? ''}: ${JSON.stringify(data)?.slice(0, 120)}`
  })
}

/** Returns PayPal's description of an issue, or its code if the contract has no description. */
export function explain(issue: string): string {
  return describeIssue(issue) ?? issue
}

function problems(check: ValidateFunction, value: unknown): ErrorObject[] {
  return check(value) ? [] : (check.errors ?? [])
}

/** Compiled at the first use, because compiling all routes together would take seconds. */
function validator(kind: Kind, key: string, schema: Schema): ValidateFunction {
  const place = `${kind} ${key}`
  let found = validators.get(place)
  if (found === undefined) {
    const ajv = compilerOf(kind)
    const definitions = {
      has: (name: string) => ajv.schemas[name] !== undefined,
      add: (name: string, definition: object) => void ajv.addSchema(definition, name),
    }
    found = ajv.compile((kind === 'closed' ? closedSchema : openSchema)(schema, definitions))
    validators.set(place, found)
  }
  return found
}

function compilerOf(kind: Kind): Ajv {
  const ajv = compilers.get(kind) ?? newAjv(kind === 'query')
  compilers.set(kind, ajv)
  return ajv
}

/** Loaded only when a client calls the PayPal API, so that the start is fast. */
function newAjv(coerceTypes: boolean): Ajv {
  const library = createRequire(import.meta.url)('ajv') as { Ajv: typeof Ajv }
  const made = new library.Ajv({ ...options, coerceTypes })
  made.addFormat('uri', (text: string) => URL.canParse(text))
  made.addFormat('date-time', (text: string) => !Number.isNaN(Date.parse(text)))
  const formats = new Set(
    Object.values(payPalContract().definitions).flatMap((definition) => [...formatsIn(definition)]),
  )
  for (const format of formats) if (made.formats[format] === undefined) made.addFormat(format, true)
  made.addFormat('email', /^[^\s@]+@[^\s@]+$/)
  return made
}

function* formatsIn(schema: Schema): Generator<string> {
  if (schema.format !== undefined) yield schema.format
  const inner = [...Object.values(schema.properties ?? {}), ...(schema.allOf ?? [])]
  for (const one of schema.items === undefined ? inner : [...inner, schema.items]) yield* formatsIn(one)
}
