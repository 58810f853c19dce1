import { causedBy, type SandboxState } from '#sandbox-state.js'
import { tokenProblem } from './access-token.js'
import { checkAnswer, checkRequest } from './check-call.js'
import { explain } from '#contract/paypal/check.js'
import { informationLink, PayPalError, TokenError } from './paypal-error.js'
import { recall, remember } from './request-ids.js'
import type { PayPalCall, PayPalRoute } from './route.js'

/** A call as it came over HTTP. */
export interface IncomingCall {
  debugId: string
  ids: Record<string, string>
  query: Record<string, string>
  rawBody: string
  authorization: string | undefined
  contentType: string | undefined
  /** The value of `PayPal-Request-Id`. */
  requestId: string | null
  prefer: string | undefined
  /** True if objects are shown as they stood before their last change. */
  isStale: boolean
  /** Failure that a fault requests after the rules have run. */
  failure: PayPalError | null
}

/** Response to send. */
export interface OutgoingAnswer {
  status: number
  /** Empty if PayPal responds without a body. */
  body: string
  headers: Record<string, string>
}

/** Handles one call of a route synchronously, so that no other change happens in between. */
export function handleCall(world: SandboxState, route: PayPalRoute, incoming: IncomingCall): OutgoingAnswer {
  try {
    requireToken(world, incoming.authorization)
    const call = readCall(route, incoming)
    const id = route.method === 'POST' && route.remembers > 0 ? incoming.requestId : null
    const known = id === null ? undefined : recall(world, route, id, call)
    if (known !== undefined) return answer(known.status, known.body)
    if (incoming.failure !== null) throw incoming.failure
    checkRequest(world, route, call)
    const cause = { id: incoming.debugId, idempotency_key: incoming.requestId }
    const run = () => route.run(world, call)
    const given = incoming.isStale && route.method === 'GET' ? world.store.asItWas(run) : causedBy(world, cause, run)
    if (given instanceof PayPalError) return refuse(given, incoming.debugId)
    const body = call.isWhole ? given.body : (given.minimal ?? given.body)
    checkAnswer(world, route, given.status, given.body)
    if (id !== null && given.status < 300) remember(world, route, id, call, { status: given.status, body })
    return answer(given.status, body)
  } catch (error) {
    return refuse(error, incoming.debugId)
  }
}

/** Converts any thrown value to PayPal's shape. Unexpected errors are reported as internal errors. */
export function refuse(error: unknown, debugId: string): OutgoingAnswer {
  if (error instanceof TokenError) return answer(401, { error: 'invalid_token', error_description: error.message })
  const failure =
    error instanceof PayPalError
      ? error
      : new PayPalError(
          500,
          'INTERNAL_SERVER_ERROR',
          `The sandbox failed: ${error instanceof Error ? error.message : 'unknown'}`,
        )
  const { name, message, details, links } = failure.problem
  return answer(failure.status, {
    name,
    message,
    debug_id: debugId,
    ...(details === undefined
      ? {}
      : {
          details: details.map((detail) => ({ ...detail, description: detail.description ?? explain(detail.issue) })),
        }),
    links: [informationLink(details?.[0]?.issue ?? name), ...(links ?? [])],
  })
}

/** Rejects a call whose token is missing, foreign or expired, as PayPal's gateway does. */
export function requireToken(world: SandboxState, authorization: string | undefined): void {
  const problem = tokenProblem(world, authorization)
  if (problem === null) return
  if (problem !== 'missing')
    throw new TokenError(
      problem === 'foreign' ? 'Token signature verification failed' : 'Access Token not found in cache',
    )
  throw new PayPalError(
    401,
    'AUTHENTICATION_FAILURE',
    'Authentication failed due to missing authorization header, or invalid authentication credentials.',
  )
}

function readCall(route: PayPalRoute, incoming: IncomingCall): PayPalCall {
  const isFullRequested = /\breturn=representation\b/.test(incoming.prefer ?? '')
  return {
    ids: incoming.ids,
    query: incoming.query,
    rawBody: incoming.rawBody,
    requestId: incoming.requestId,
    body: readBody(route, incoming),
    isWhole: route.method === 'GET' || isFullRequested,
    isFullRequested,
  }
}

function readBody(route: PayPalRoute, { rawBody, contentType }: IncomingCall): Record<string, unknown> {
  if (route.method === 'GET' || route.method === 'DELETE' || rawBody.trim() === '') return {}
  // Evidence and notes of disputes come as forms with files; nothing of them is looked at.
  if (/^multipart\/form-data\b/i.test(contentType ?? '') && route.path.includes('/disputes/')) return {}
  if (contentType !== undefined && !/^application\/json(-patch\+json)?\b/i.test(contentType)) throw unsupportedMedia()
  let body: unknown
  try {
    body = JSON.parse(rawBody)
  } catch {
    throw malformedJson()
  }
  if (typeof body !== 'object' || body === null) throw malformedJson()
  return body as Record<string, unknown>
}

function unsupportedMedia(): PayPalError {
  return new PayPalError(415, 'UNSUPPORTED_MEDIA_TYPE', 'The server does not support the request payload’s media type.')
}

function malformedJson(): PayPalError {
  return new PayPalError(
    400,
    'INVALID_REQUEST',
    'Request is not well-formed, syntactically incorrect, or violates schema.',
    [{ issue: 'MALFORMED_REQUEST_JSON', location: 'body', description: 'The request JSON is not well formed.' }],
  )
}

function answer(status: number, body: object | undefined): OutgoingAnswer {
  return { status, body: body === undefined ? '' : JSON.stringify(body), headers: {} }
}
