import type { ErrorObject } from 'ajv'
import { contractKnows, explain, requestProblems, unknownFields, violationsOf } from '#contract/paypal/check.js'
import type { SandboxState } from '#sandbox-state.js'
import { invalidRequest, type ErrorDetail } from './paypal-error.js'
import type { PayPalCall, PayPalRoute } from './route.js'

/** Checks a request against PayPal's own schema of its route. Throws PayPal's error. */
export function checkRequest(world: SandboxState, route: PayPalRoute, call: PayPalCall): void {
  const name = `${route.method} ${route.path}`
  const problems = requestProblems(route.method, route.path, call)
  if (problems.length > 0) throw invalidRequest(problems.map((problem) => detailOf(route, problem)))
  // PayPal ignores unknown fields, so that a misspelled field would stay unnoticed. Here it counts as a violation.
  world.violations?.push(
    ...unknownFields(route.method, route.path, call.body).map(
      (field) => `${name}: the request's ${field} is unknown to PayPal, which would take no notice of it`,
    ),
  )
}

/** Records the violations of PayPal's schema by a response, if the world collects them. */
export function checkAnswer(
  { violations }: SandboxState,
  { method, path }: PayPalRoute,
  status: number,
  body: object | undefined,
): void {
  if (violations === null) return
  const name = `${method} ${path}`
  if (!contractKnows(method, path)) violations.push(`${name} is not described by PayPal's files`)
  else violations.push(...violationsOf(method, path, status, body).map((found) => `${name} ${status}: ${found}`))
}

const LENGTHS: Record<string, [one: string, other: string]> = {
  minLength: ['INVALID_STRING_LENGTH', 'INVALID_STRING_MIN_LENGTH'],
  maxLength: ['INVALID_STRING_LENGTH', 'INVALID_STRING_MAX_LENGTH'],
}

const ISSUES: Record<string, string> = {
  required: 'MISSING_REQUIRED_PARAMETER',
  enum: 'INVALID_PARAMETER_VALUE',
  minItems: 'INVALID_ARRAY_MIN_ITEMS',
  maxItems: 'INVALID_ARRAY_MAX_ITEMS',
  minimum: 'INVALID_INTEGER_MIN_VALUE',
  maximum: 'INVALID_INTEGER_MAX_VALUE',
}

function detailOf({ path }: PayPalRoute, problem: ErrorObject & { location: 'body' | 'query' }): ErrorDetail {
  const { keyword, instancePath, params, data, location } = problem
  const missing = keyword === 'required' ? `/${String(params['missingProperty'])}` : ''
  // The two families of PayPal's APIs name a wrong length differently.
  const issue = LENGTHS[keyword]?.[path.startsWith('/v2/') ? 0 : 1] ?? ISSUES[keyword] ?? 'INVALID_PARAMETER_SYNTAX'
  return {
    field: location === 'query' ? instancePath.slice(1) : `${instancePath}${missing}`,
    location,
    ...(typeof data === 'string' || typeof data === 'number' ? { value: String(data).slice(0, 200) } : {}),
    issue,
    description: explain(issue),
  }
}
