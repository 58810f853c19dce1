import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Timers } from '#services/kernel/time/timers.js'
import type { Limits } from '../options.js'
import { BodySlots } from './body-slots.js'
import { edgeReport, restErrorBody } from './rest-errors.js'

/** Smaller bodies are not counted: the rate limits bound them. */
const SMALL_BYTES = 65_536
const RETRY_AFTER_SECONDS = 5

/**
 * Limits the large bodies that are in memory at a time, of the process and of each sender, before they are read. Routes for bodies
 * above the usual limit have a separate limit: they verify an agent's token first, so that other senders cannot use it up.
 * Returns a function that frees the room of a request before its response.
 */
export function boundBodies(app: FastifyInstance, timers: Timers, limits: Limits): (request: FastifyRequest) => void {
  const share = { total: limits.bodiesBytes, perSender: limits.senderBodiesBytes }
  const waits = { waitMilliseconds: limits.bodyWaitMilliseconds, waiting: limits.bodiesWaiting }
  const usual = new BodySlots(timers, { ...share, ...waits })
  const large = new BodySlots(timers, { ...share, ...waits })
  const held = new WeakMap<FastifyRequest, () => void>()

  app.addHook('onRequest', async (request, reply) => {
    const { bodyLimit } = request.routeOptions
    const bytes = announcedBytes(request, bodyLimit)
    // The framework rejects a body that is too large without reading it.
    if (bytes <= SMALL_BYTES || bytes > bodyLimit) return
    const gone = new AbortController()
    reply.raw.once('close', () => gone.abort())
    // Slow bodies give their room back when their sender is verified, which is later than others wait.
    const { slowSender } = request.routeOptions.config
    const wait = slowSender ? limits.slowBodyWaitMilliseconds : limits.bodyWaitMilliseconds
    const release = await (bodyLimit > limits.bodyBytes
      ? large.take(agentOf(request), bytes, gone.signal, wait)
      : usual.take(request.ip, bytes, gone.signal))
    if (!release) return refuse(request, reply)
    held.set(request, release)
    if (reply.raw.closed) release()
    else reply.raw.once('close', release)
  })
  return (request) => held.get(request)?.()
}

/** A body in chunks may be as long as the route allows. */
function announcedBytes({ headers }: FastifyRequest, bodyLimit: number): number {
  if (headers['transfer-encoding'] !== undefined) return bodyLimit
  const bytes = Number(headers['content-length'] ?? 0)
  return Number.isFinite(bytes) ? bytes : 0
}

/**
 * Agents at one address have a share each. The name is not verified yet, so only the routes of large bodies use it: those verify the
 * agent's token before they read the body.
 */
function agentOf({ headers, ip }: FastifyRequest): string {
  const agent = headers['x-agent-id']
  return typeof agent === 'string' ? `${ip} ${agent.slice(0, 128)}` : ip
}

function refuse(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const report = edgeReport('UNAVAILABLE', 'Too many concurrent large requests. Try again shortly.', 503)
  // The rest of the body is not read.
  return reply
    .code(503)
    .headers({ 'retry-after': String(RETRY_AFTER_SECONDS), connection: 'close' })
    .send(restErrorBody(report, request.id))
}
