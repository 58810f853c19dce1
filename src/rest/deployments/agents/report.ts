import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
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
import { withAliases } from '#rest/openapi/route-description.js'
import { rawBodyOf, rawBytes } from '#rest/raw-body.js'
import { reportResponse } from '../responses/agents.js'
import type { RestHost } from '#rest/rest-context.js'
import type { RestApp } from '#rest/type-provider.js'
import { agentCall, mapAgentErrors, reportOptions } from './agent-call.js'

/** Only the command is needed. Everything else is read if it has the expected form, and stored in any case. */
const report = z.looseObject({
  command_id: z.string().describe('ID of the command.'),
  status: z.unknown().optional().describe('`success`, `ok`, `completed` or `skipped`; anything else is a failure.'),
  result: z.unknown().optional().describe('Result of the command type.'),
  error: z.unknown().optional().describe('Text or object.'),
  errors: z.unknown().optional().describe('List of errors. Those of a success are warnings.'),
})

/**
 * A well-formed report of the agent's own deployment always returns 200: on any other status the agent drops it
 * permanently.
 */
export function reportRoutes(app: RestApp, host: RestHost): void {
  const paths = ['/api/v1/agent/commands/report', '/api/v1/commands/report']
  for (const { path, operation } of withAliases('reportCommand', paths))
    app.post(
      path,
      {
        ...reportOptions(host),
        schema: {
          ...operation,
          summary: 'Reports the result of a command.',
          body: rawBytes,
          sentBody: report,
          example: { command_id: 'cmd_1', status: 'completed', result: { status: 'ok' } },
          response: { 200: reportResponse },
          errors: ['NOT_FOUND'],
        },
      },
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
