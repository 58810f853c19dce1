import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { authenticateAgent } from '../../services/deployments/agents/authenticate-agent.js'
import { acceptReport, receiveReport, type ReceivedReport } from '../../services/deployments/commands/accept-report.js'
import { cutDeep } from '../../services/deployments/redaction/cut-deep.js'
import { parseBody } from '../parse-body.js'
import { rawBodyOf } from '../raw-body.js'
import type { RestHost } from '../rest-context.js'
import { agentCall, checked } from './agent-call.js'

const reportBody = z.looseObject({ command_id: z.string().min(1).max(200) })

/** A well-formed report of the agent's own deployment is always 200: on anything else the agent drops it for good. */
export async function report(host: RestHost, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const context = host.anonymousContext(request)
  const body = rawBodyOf(request.body)
  let received: ReceivedReport | undefined
  const agent = await checked(
    authenticateAgent(context, agentCall(request), () => {
      if (received) return
      const bytes = cutDeep(body)
      received = receiveReport(context, parseBody(reportBody, bytes), bytes)
    }),
  )
  const { changed } = await acceptReport(context, agent, received!)
  const message = changed ? 'Report accepted' : 'Report stored; the command was settled before'
  return reply.code(200).send({ message, item: { accepted: true, message } })
}
