import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { linkAgent, loginForLinking } from '#services/deployments/agents/link-agent.js'
import { openLinkSession } from '#services/deployments/agents/link-session.js'
import { parseBody } from '../parse-body.js'
import { rawBodyOf } from '../raw-body.js'
import { sendDenial, type RestHost } from '../rest-context.js'
import { toUnwrappedAgent } from './register.js'

const credentials = z.object({ email: z.string().min(1).max(320), password: z.string().min(1).max(8192) })

/**
 * Signs in the user of the agent's page. Passwords are not stored: the password is a user token, as other requests send
 * it in the header. Responses are bare objects.
 */
export async function login(host: RestHost, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { email, password } = parseBody(credentials, rawBodyOf(request.body))
  const context = await host.contextOfToken(password, request)
  const { sessionToken, userId, deployments } = await loginForLinking(context, email)
  return reply.send({
    session_token: sessionToken,
    user_id: userId,
    deployments: deployments.map((deployment) => ({
      deployment_id: deployment.hash,
      stack_name: deployment.name ?? deployment.stack,
      status: deployment.status.toLowerCase(),
      created_at: deployment.createdAt.toISOString(),
    })),
  })
}

const linking = z.object({
  session_token: z.string().min(1).max(8192),
  deployment_id: z.string().min(1).max(128),
  server_fingerprint: z.record(z.string(), z.unknown()).default({}),
  capabilities: z.array(z.string().max(100)).max(100).default([]),
})

/** Returns the token of the deployment that the user of the agent's page chose. */
export async function link(host: RestHost, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const body = parseBody(linking, rawBodyOf(request.body))
  const { secrets } = host.anonymousContext(request)
  const context = host.contextAs(openLinkSession(secrets, body.session_token), request)
  const outcome = await linkAgent(context, {
    deploymentHash: body.deployment_id,
    capabilities: body.capabilities,
    fingerprint: body.server_fingerprint,
  })
  return outcome.kind === 'denied' ? sendDenial(reply, outcome.denial) : reply.send(toUnwrappedAgent(context, outcome))
}
