import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { enrolAgent } from '../../services/deployments/agents/register-agent.js'
import { parseBody } from '../parse-body.js'
import { rawBodyOf } from '../raw-body.js'
import { sendDenial, type RestHost } from '../rest-context.js'

const registration = z.object({
  deployment_hash: z.string().min(1).max(128),
  capabilities: z.array(z.string().max(100)).max(100).default([]),
  system_info: z.record(z.string(), z.unknown()).default({}),
  agent_version: z.string().max(100).nullish(),
  enrolment_token: z.string().max(200).nullish(),
})

/** Called by an installer on the server; the agent's daemon reads what it answers from its environment. */
export async function register(host: RestHost, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const body = parseBody(registration, rawBodyOf(request.body))
  const outcome = await enrolAgent(host.anonymousContext(request), {
    deploymentHash: body.deployment_hash,
    capabilities: body.capabilities,
    version: body.agent_version ?? null,
    systemInfo: body.system_info,
    enrolmentToken: body.enrolment_token ?? null,
  })
  if (outcome.kind === 'denied') return sendDenial(reply, outcome.denial)
  const item = {
    agent_id: outcome.agent.id,
    agent_token: outcome.token,
    dashboard_version: '2.0.0',
    supported_api_versions: ['1.0'],
  }
  return reply.code(201).send({ data: { item } })
}
