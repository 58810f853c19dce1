import type { FastifyRequest } from 'fastify'
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
import { rawBodyOf, rawBytes } from '../raw-body.js'
import { reportResponse } from '../responses/agents.js'
import type { RestHost } from '../rest-context.js'
import type { RestApp } from '../type-provider.js'
import { agentCall, mapAgentErrors, MAX_REPORT_BYTES } from './agent-call.js'

/**
 * A well-formed report of the agent's own deployment always returns 200: on any other status the agent drops it
 * permanently.
 */
export function reportRoutes(app: RestApp, host: RestHost): void {
  for (const path of ['/api/v1/agent/commands/report', '/api/v1/commands/report'])
    app.post(
      path,
      { bodyLimit: MAX_REPORT_BYTES, schema: { body: rawBytes, response: { 200: reportResponse } } },
      async (request) => {
        const context = host.anonymousContext(request)
        const isLarge = request.body.length > LARGE_REPORT_BYTES
        const { changed } = await (isLarge ? acceptAfterwards(context, request) : acceptAtOnce(context, request))
        const message = changed ? 'Report accepted' : 'Report stored; the command had already ended'
        return { message, item: { accepted: true as const, message } }
      },
    )
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
