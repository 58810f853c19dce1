import type { FastifyReply, FastifyRequest } from 'fastify'
import type { RequestContext } from '#context/request-context.js'
import { authenticateAgent } from '#services/deployments/agents/authenticate-agent.js'
import {
  acceptLargeReport,
  acceptReport,
  receiveReport,
  type AcceptedReport,
  type ReceivedReport,
} from '#services/deployments/commands/accept-report.js'
import { LARGE_REPORT_BYTES } from '#services/deployments/commands/report-reader.js'
import { rawBodyOf } from '../raw-body.js'
import type { RestHost } from '../rest-context.js'
import { agentCall, mapAgentErrors } from './agent-call.js'

/**
 * A well-formed report of the agent's own deployment always returns 200: on any other status the agent drops it
 * permanently.
 */
export async function report(host: RestHost, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const context = host.anonymousContext(request)
  const isLarge = rawBodyOf(request.body).length > LARGE_REPORT_BYTES
  const { changed } = await (isLarge ? acceptAfterwards(context, request) : acceptAtOnce(context, request))
  const message = changed ? 'Report accepted' : 'Report stored; the command had already ended'
  return reply.code(200).send({ message, item: { accepted: true, message } })
}

/** Reads the report while the request is being recorded. */
async function acceptAtOnce(context: RequestContext, request: FastifyRequest): Promise<AcceptedReport> {
  let received: ReceivedReport | undefined
  const agent = await mapAgentErrors(
    authenticateAgent(context, agentCall(request), () => {
      received ??= receiveReport(context, rawBodyOf(request.body))
    }),
  )
  return acceptReport(context, agent, received!)
}

async function acceptAfterwards(context: RequestContext, request: FastifyRequest): Promise<AcceptedReport> {
  const agent = await mapAgentErrors(authenticateAgent(context, agentCall(request)))
  return acceptLargeReport(context, agent, rawBodyOf(request.body))
}
