import type { FastifyRequest } from 'fastify'
import {
  authenticateAgent,
  verifyHeaders,
  type AgentCall,
  type AuthenticatedAgent,
} from '#services/deployments/agents/authenticate-agent.js'
import { requireSignedIn } from '#services/identity/model/guard.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { rawBodyOf } from '#rest/raw-body.js'
import type { RestHost } from '#rest/rest-context.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** The agent that signed the request. Only routes that authenticate agents have it. */
    agent: AuthenticatedAgent
    /** The same for routes that agents and users call. Null for users and services. */
    deploymentAgent: AuthenticatedAgent | null
  }
}

/** Bytes of a report with its result. */
const MAX_REPORT_BYTES = 16 * 1_048_576

/** Options of routes for reports. A verified agent may send them slowly: a report that it cannot deliver is lost. */
export const reportOptions = (host: Pick<RestHost, 'anonymousContext'>) => ({
  bodyLimit: MAX_REPORT_BYTES,
  config: {
    slowSender: (request: FastifyRequest) => mapAgentErrors(verifyHeaders(host.anonymousContext(request), request)),
  },
})

/** The request as the agent signed it. */
export const agentCall = (request: FastifyRequest): AgentCall => ({
  method: request.method,
  path: request.url,
  headers: request.headers,
  arrivedAt: request.arrivedAt,
  body: rawBodyOf(request.body),
})

/** Authenticates the agent by its signature over the raw body, before the body is parsed and validated. */
export const authenticateSignature =
  (host: Pick<RestHost, 'anonymousContext'>) =>
  async (request: FastifyRequest): Promise<void> => {
    request.agent = await signingAgent(host, request)
  }

/** Authenticates the agent of a request with `X-Agent-Id`, and the bearer of any other request, which must have one. */
export const authenticateAgentOrBearer =
  (host: Pick<RestHost, 'anonymousContext' | 'contextOf'>) =>
  async (request: FastifyRequest): Promise<void> => {
    const isAgent = request.headers['x-agent-id'] !== undefined
    request.deploymentAgent = isAgent ? await signingAgent(host, request) : null
    request.requestContext = isAgent ? host.anonymousContext(request) : await host.contextOf(request)
    if (!isAgent) requireSignedIn(request.requestContext)
  }

const signingAgent = (host: Pick<RestHost, 'anonymousContext'>, request: FastifyRequest) =>
  mapAgentErrors(authenticateAgent(host.anonymousContext(request), agentCall(request)))

/** Trouble of our own while an agent is checked is 503: a spurious 401 makes it change its token. */
export async function mapAgentErrors<Result>(check: Promise<Result>): Promise<Result> {
  try {
    return await check
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError('UNAVAILABLE', 'Agent authentication is temporarily unavailable.', { cause: error })
  }
}
