import type { FastifyInstance } from 'fastify'
import type { RateCount } from '../options.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** Count of the caller's requests that this request belongs to. Null if it was not counted. */
    rateCount: RateCount | null
  }
}

/**
 * Adds `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers) to the response of each counted request, so
 * that a client can slow down before a request is refused.
 */
export function sendRateLimits(app: FastifyInstance): void {
  app.decorateRequest('rateCount', null)
  app.addHook('onSend', ({ rateCount }, reply, _payload, done) => {
    if (rateCount) {
      const { policy, limit, windowSeconds, remaining, resetsInMs } = rateCount
      reply.header('ratelimit-policy', `"${policy}";q=${limit};w=${windowSeconds}`)
      reply.header('ratelimit', `"${policy}";r=${remaining};t=${Math.ceil(resetsInMs / 1000)}`)
    }
    done()
  })
}
