import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isPayPalRoute } from '#contract/paypal/contract.js'
import type { ControlParts } from '#control/control-api.js'
import { answerInstead, malformed, tooManyRequests, unexpectedError } from './broken-answer.js'
import { handleCall, refuse, requireToken, type OutgoingAnswer } from './handle-call.js'
import { inProgress, notFound, notImplemented, PayPalError } from './paypal-error.js'
import type { PayPalRoute } from './route.js'
import { answerToken } from './token-answer.js'

/** PayPal's API over HTTP, under `/paypal`: the given routes, and an error for all others. */
export function payPalApi(app: FastifyInstance, parts: ControlParts & { routes: readonly PayPalRoute[] }): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500
    const reported = status < 500 ? new PayPalError(status, 'INVALID_REQUEST', error.message) : error
    const debugId = parts.world.ids.nextRequest()
    return send(parts, request, reply, debugId, refuse(reported, debugId))
  })
  app.post<{ Body: string | undefined }>('/paypal/v1/oauth2/token', (request, reply) =>
    serve(parts, request, reply, () => answerToken(parts.world, request.headers.authorization, request.body ?? '')),
  )
  app.get<{ Params: { name: string } }>('/paypal/v1/notifications/certs/:name', (request, reply) => {
    const { certificates, certificateName } = parts.world.paypal
    if (request.params.name !== certificateName) return reply.code(404).send()
    return reply
      .type('application/x-pem-file')
      .send(`${certificates.leaf.trim()}\n${certificates.intermediate.trim()}\n`)
  })
  for (const route of parts.routes) {
    app.route({
      method: route.method,
      url: `/paypal${route.path}`,
      handler: (request, reply) =>
        serve(parts, request, reply, (debugId, isStale, failure) =>
          handleCall(parts.world, route, {
            debugId,
            ids: request.params as Record<string, string>,
            query: request.query as Record<string, string>,
            rawBody: typeof request.body === 'string' ? request.body : '',
            authorization: request.headers.authorization,
            contentType: request.headers['content-type'],
            requestId: requestIdOf(request),
            prefer: header(request, 'prefer'),
            isStale,
            failure,
          }),
        ),
    })
  }
  for (const version of ['v1', 'v2', 'v3']) {
    app.all(`/paypal/${version}/*`, (request, reply) =>
      serve(parts, request, reply, (debugId) => refuseAbsent(parts, request, debugId)),
    )
  }
}

/** Error for a path without a route here: not implemented if PayPal has it, otherwise not found. */
function refuseAbsent({ world }: ControlParts, request: FastifyRequest, debugId: string): OutgoingAnswer {
  try {
    requireToken(world, request.headers.authorization)
  } catch (error) {
    return refuse(error, debugId)
  }
  const called = `${request.method} ${pathOf(request)}`
  const isReal = isPayPalRoute(request.method, pathOf(request).slice('/paypal'.length))
  return refuse(isReal ? notImplemented(called) : notFound(), debugId)
}

type Answering = (debugId: string, isStale: boolean, failure: PayPalError | null) => OutgoingAnswer

async function serve(parts: ControlParts, request: FastifyRequest, reply: FastifyReply, answering: Answering) {
  const debugId = parts.world.ids.nextRequest().slice('req_'.length)
  const path = pathOf(request)
  const id = requestIdOf(request)
  const key = id === null ? null : `paypal ${request.method} ${path} ${id}`
  const reason = await parts.gate.rejection(key)
  if (reason !== null)
    return send(parts, request, reply, debugId, refuse(reason === 'rate' ? tooManyRequests() : inProgress(), debugId))
  const fault = parts.faults.forCall(request.method, path)
  if (fault?.action === 'delay') await parts.gate.whileInUse(key, () => parts.faults.delay(fault))
  if (fault?.action === 'drop_before') return cut(parts, request, reply, debugId)
  const instead = fault === undefined ? null : answerInstead(fault, debugId)
  if (instead !== null) return send(parts, request, reply, debugId, instead)
  const failure = fault?.action === '500' ? unexpectedError() : null
  const answer = answering(debugId, fault?.action === 'stale_read', failure)
  // The change is durable before the response, even if the process is killed right after.
  parts.world.store.flush()
  if (fault?.action === 'drop_after') return cut(parts, request, reply, debugId)
  return send(parts, request, reply, debugId, fault?.action === 'malformed' ? malformed(answer) : answer)
}

function send(
  parts: ControlParts,
  request: FastifyRequest,
  reply: FastifyReply,
  debugId: string,
  { status, body, headers }: OutgoingAnswer,
) {
  log(parts, request, debugId, status)
  return reply
    .code(status)
    .headers({
      ...(body === '' ? {} : { 'content-type': 'application/json' }),
      'paypal-debug-id': debugId,
      'cache-control': 'max-age=0, no-cache, no-store, must-revalidate',
      ...headers,
    })
    .send(body === '' ? undefined : body)
}

/** Closes the connection without a response. */
function cut(parts: ControlParts, request: FastifyRequest, reply: FastifyReply, debugId: string) {
  log(parts, request, debugId, 0)
  reply.hijack()
  request.raw.socket.destroy()
  return reply
}

function log({ calls, world }: ControlParts, request: FastifyRequest, requestId: string, status: number): void {
  const idempotencyKey = requestIdOf(request)
  calls.add({ method: request.method, path: pathOf(request), idempotencyKey, status, requestId, at: world.clock.iso })
}

/** Path of a call. Some SDKs send a slash at its end. */
function pathOf(request: FastifyRequest): string {
  return (request.url.split('?', 1)[0] ?? '').replace(/\/$/, '')
}

function requestIdOf(request: FastifyRequest): string | null {
  return header(request, 'paypal-request-id') || null
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}
