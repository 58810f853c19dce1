import { causedBy, type SandboxState } from '#sandbox-state.js'
import { requestLog } from '../payment-methods/decline.js'
import { authenticate } from './authenticate.js'
import { operationOf } from '#contract/contract.js'
import { PREVIEW_VERSION, releaseOf, type Release } from './api-version.js'
import { checkAnswer } from './check-answer.js'
import { checkParameters } from './check-parameters.js'
import { expand } from './expand.js'
import { parseForm, type FormValue } from './form.js'
import { markOf, recall, remember, type Answer, type KeptAnswer } from './idempotency.js'
import { readParameters } from './read-parameters.js'
import type { StripeRoute } from './route.js'
import { invalid, notImplemented, StripeError } from './stripe-error.js'
import { respondBeforeBookings } from '../charges/late-bookings.js'
import { sentObject } from './sent-object.js'
import { upgradeParameters } from './older-versions/upgrade-parameters.js'

/** A call as it came over HTTP. */
export interface IncomingCall {
  requestId: string
  path: string
  /** The ids in the path. */
  ids: Record<string, string>
  /** The query of a GET or the body of a POST, as text. */
  form: string
  authorization: string | undefined
  apiVersion: string | undefined
  /** The header that names another account. Undefined if there is none. */
  otherAccount: 'Stripe-Account' | 'Stripe-Context' | undefined
  idempotencyKey: string | null
  /** True if objects are shown as they stood before their last change. */
  isStale: boolean
  /** Failure that a fault requests after the rules have run. */
  failure: StripeError | null
}

/** Response to send. */
export interface OutgoingAnswer extends Answer {
  headers: Record<string, string>
}

/**
 * Handles one call of a route synchronously, so that no other change happens in between: authentication, validation,
 * idempotency, execution and storage.
 */
export function handleCall(world: SandboxState, route: StripeRoute, call: IncomingCall): OutgoingAnswer {
  try {
    authenticate(call.authorization, route.method)
    const release = releaseOf(call.apiVersion)
    if (call.otherAccount !== undefined) throw notImplemented(`The header ${call.otherAccount}`)
    const form = parseForm(call.form)
    const key = route.method === 'POST' ? call.idempotencyKey : null
    if (key === null) return answer(execute(world, route, call, { form, release }))
    const mark = markOf(route.method, call.path, form)
    const known = recall(world, key, mark)
    if (known !== undefined) return replay(known, key)
    const given = execute(world, route, call, { form, release })
    // A 501 of the sandbox is not Stripe's response, and is not stored: a later version may support the call.
    if (given.executed && given.status !== 501)
      remember(world, key, mark, { status: given.status, body: given.body, requestId: call.requestId })
    return {
      ...answer(given),
      headers: { ...given.headers, 'idempotency-key': key, 'original-request': call.requestId },
    }
  } catch (error) {
    const isUnauthenticated = error instanceof StripeError && error.status === 401
    return refuse(error, isUnauthenticated ? undefined : requestLog(world, call.requestId))
  }
}

function replay({ status, body, requestId }: KeptAnswer, key: string): OutgoingAnswer {
  const headers = { 'idempotent-replayed': 'true', 'idempotency-key': key, 'original-request': requestId }
  return { status, body, headers }
}

interface Execution extends OutgoingAnswer {
  /** True if the rules ran. Only then the response is stored for its idempotency key. */
  executed: boolean
}

function execute(
  world: SandboxState,
  route: StripeRoute,
  call: IncomingCall,
  { form, release }: { form: Record<string, FormValue>; release: Release },
): Execution {
  const log = requestLog(world, call.requestId)
  const { expand: wanted, ...given } = form
  const parameters = upgradeParameters(release, call.path, given)
  const paths = expandPaths(wanted)
  const operation = operationOf(route.method, route.path)
  const { shared_payment_granted_token: _, ...released } = parameters
  if (operation !== undefined)
    checkParameters(operation, call.apiVersion === PREVIEW_VERSION ? released : parameters, release)
  const input = readParameters(route.input, parameters) as never
  try {
    const cause = { id: call.requestId, idempotency_key: call.idempotencyKey }
    if (call.failure !== null) throw call.failure
    const run = () => route.run(world, { path: call.ids, input, url: call.path })
    const isStale = call.isStale && route.method === 'GET'
    const answered = () => (isStale ? world.store.asItWas(run) : causedBy(world, cause, run))
    return respondBeforeBookings(world, answered, (object) => {
      // An error that is returned, not thrown, keeps the changes before it: a declined attempt keeps its charge.
      if (object instanceof StripeError) return { ...refuse(object, log), executed: true }
      const body = expand(world, object, paths, release)
      // An older version expands fields that the contract does not have.
      checkAnswer(world, `${route.method} ${route.path}`, operation, release === 'endive' ? body : object)
      const sent = sentObject(world, body, release)
      return { status: 200, body: JSON.stringify(sent, null, 2), headers: {}, executed: true }
    })
  } catch (error) {
    return { ...refuse(error, log), executed: true }
  }
}

function answer({ status, body, headers }: Execution): OutgoingAnswer {
  return { status, body, headers }
}

/** Converts any thrown value to Stripe's shape. Unexpected errors are reported as internal errors. */
export function refuse(error: unknown, log?: string): OutgoingAnswer {
  const failure =
    error instanceof StripeError
      ? error
      : new StripeError(500, 'api_error', {
          message: `The sandbox failed: ${error instanceof Error ? error.message : 'unknown'}`,
        })
  const body = { error: { ...failure.body.error, ...(log === undefined ? {} : { request_log_url: log }) } }
  return { status: failure.status, body: JSON.stringify(body, null, 2), headers: failure.headers }
}

function expandPaths(wanted: FormValue | undefined): string[] {
  if (wanted === undefined) return []
  if (Array.isArray(wanted) && wanted.length <= 20 && wanted.every((path) => typeof path === 'string')) return wanted
  throw invalid('Invalid array', 'expand')
}
