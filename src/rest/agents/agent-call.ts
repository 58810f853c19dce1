import type { FastifyRequest } from 'fastify'
import type { AgentCall } from '#services/deployments/agents/authenticate-agent.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { rawBodyOf } from '../raw-body.js'

/** The request as the agent signed it. */
export const agentCall = (request: FastifyRequest): AgentCall => ({
  method: request.method,
  path: request.url,
  headers: request.headers,
  body: rawBodyOf(request.body),
})

/** Trouble of our own while an agent is checked is 503: a spurious 401 makes it change its token. */
export async function mapAgentErrors<Result>(check: Promise<Result>): Promise<Result> {
  try {
    return await check
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError('UNAVAILABLE', 'Agent authentication is temporarily unavailable.', { cause: error })
  }
}
