import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { CallLog } from '#control/call-log.js'
import type { RequestGate } from '#control/request-gate.js'
import type { Faults } from '#faults/faults.js'
import type { SandboxState } from '#sandbox-state.js'
import { isFixedRoute, isStripeRoute } from '#contract/contract.js'
import { OWN_ACCOUNT } from '../accounts/own-account.js'
import { API_VERSION } from './api-version.js'
import { authenticate } from './authenticate.js'
import { answerInstead, keyInUse, malformed, tooManyRequests, unexpectedError } from './broken-answer.js'
import { handleCall, refuse, type OutgoingAnswer } from './handle-call.js'
import type { StripeRoute } from './route.js'
import { notImplemented, StripeError, unrecognizedUrl } from './stripe-error.js'

/** Dependencies of the API other than the routes. */
export interface StripeApiParts {
  world: SandboxState
  routes: readonly StripeRoute[]
  faults: Faults
  calls: CallLog
  gate: RequestGate
}

/** Stripe's API over HTTP: the given routes, and an error for all others. */
export function stripeApi(app: FastifyInstance, parts: StripeApiParts): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500
    const failure = status < 500 ? new StripeError(status, 'invalid_request_error', { message: error.message }) : error
    return send(parts, request, reply, parts.world.ids.nextRequest(), refuse(failure))
  })
  for (const route of parts.routes) {
    app.route({
      method: route.method,
      url: route.path,
      handler: (request, reply) => serve(parts, route, request, reply),
    })
  }
  for (const beginning of ['v1', 'v2', 'oauth'])
    app.all(`/${beginning}/*`, (request, reply) => serve(parts, null, request, reply))
}

async function serve(parts: StripeApiParts, route: StripeRoute | null, request: FastifyRequest, reply: FastifyReply) {
  const requestId = parts.world.ids.nextRequest()
  const [path = '', query = ''] = request.url.split('?', 2)
  const key = header(request, 'idempotency-key') ?? null
  const reason = await parts.gate.rejection(key)
  if (reason !== null)
    return send(parts, request, reply, requestId, refuse(reason === 'rate' ? tooManyRequests() : keyInUse(key ?? '')))
  const fault = parts.faults.forCall(request.method, path)
  if (fault?.action === 'delay') await parts.gate.whileInUse(key, () => parts.faults.delay(fault))
  if (fault?.action === 'drop_before') return cut(parts, request, reply, requestId)
  const instead = fault === undefined ? null : answerInstead(fault)
  if (instead !== null) return send(parts, request, reply, requestId, instead)
  const answer =
    route === null || (route.path.includes(':') && isFixedRoute(request.method, path))
      ? refuseAbsent(request, path)
      : handleCall(parts.world, route, {
          requestId,
          path,
          ids: request.params as Record<string, string>,
          // Stripe reads the query of a GET and a DELETE, and the body of a POST; a DELETE may bring a body too.
          form: typeof request.body === 'string' && request.body !== '' ? request.body : query,
          authorization: request.headers.authorization,
          apiVersion: header(request, 'stripe-version'),
          otherAccount: (['Stripe-Account', 'Stripe-Context'] as const).find(
            (name) => ![undefined, OWN_ACCOUNT].includes(header(request, name.toLowerCase())),
          ),
          idempotencyKey: key,
          isStale: fault?.action === 'stale_read',
          failure: fault?.action === '500' ? unexpectedError() : null,
        })
  // The change is durable before the response, even if the process is killed right after.
  parts.world.store.flush()
  if (fault?.action === 'drop_after') return cut(parts, request, reply, requestId)
  return send(parts, request, reply, requestId, fault?.action === 'malformed' ? malformed(answer) : answer)
}

/** Error for a path without a route here: not implemented if Stripe has it, otherwise not found. */
function refuseAbsent(request: FastifyRequest, path: string): OutgoingAnswer {
  try {
    authenticate(request.headers.authorization, request.method)
  } catch (error) {
    return refuse(error)
  }
  const { method } = request
  return refuse(isStripeRoute(method, path) ? notImplemented(`${method} ${path}`) : unrecognizedUrl(method, path))
}

function send(
  parts: StripeApiParts,
  request: FastifyRequest,
  reply: FastifyReply,
  requestId: string,
  answer: OutgoingAnswer,
) {
  log(parts, request, requestId, answer.status)
  return reply
    .code(answer.status)
    .headers({
      'content-type': 'application/json',
      'request-id': requestId,
      'stripe-version': header(request, 'stripe-version') ?? API_VERSION,
      'cache-control': 'no-cache, no-store',
      ...answer.headers,
    })
    .send(answer.body)
}

/** Closes the connection without a response. */
function cut(parts: StripeApiParts, request: FastifyRequest, reply: FastifyReply, requestId: string) {
  log(parts, request, requestId, 0)
  reply.hijack()
  request.raw.socket.destroy()
  return reply
}

function log({ calls, world }: StripeApiParts, request: FastifyRequest, requestId: string, status: number): void {
  calls.add({
    method: request.method,
    path: request.url.split('?', 1)[0] ?? '',
    idempotencyKey: header(request, 'idempotency-key') ?? null,
    status,
    requestId,
    at: world.clock.iso,
  })
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}
