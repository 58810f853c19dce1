import type { FastifyRequest } from 'fastify'
import type { RequestContext } from '../context/request-context.js'
import { requireSignedIn } from '../services/identity/model/guard.js'
import type { RestHost } from './rest-context.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** The context of the caller. Only routes that authenticate have it. */
    requestContext: RequestContext
  }
}

/** Rejects a request without a bearer. */
export const requireBearer: (context: RequestContext) => void = requireSignedIn

type Hook = (request: FastifyRequest) => Promise<void>

/**
 * Authenticates the bearer of a request, if it has one, before the request is validated. Services check the permissions
 * of the caller.
 */
export const authenticate =
  (host: Pick<RestHost, 'contextOf'>): Hook =>
  async (request) => {
    request.requestContext = await host.contextOf(request)
  }

/** Like `authenticate`, and rejects a request without a bearer before it is validated. */
export const authenticateSignedIn = (host: Pick<RestHost, 'contextOf'>): Hook => {
  const identify = authenticate(host)
  return async (request) => {
    await identify(request)
    requireSignedIn(request.requestContext)
  }
}
