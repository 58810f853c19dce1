import { z } from 'zod'
import { composeHeartbeat } from '#services/deployments/compose/compose-heartbeat.js'
import { registerComposeAgent } from '#services/deployments/compose/register-compose-agent.js'
import { authenticateAgentOrBearer } from './agents/agent-call.js'
import { COMPOSE } from './compose.js'
import { parseOptionalRawBody, parseRawBody, retainRawBodies } from '../raw-body.js'
import { heartbeatResponse } from './responses/agents.js'
import { describeRoutes } from '../openapi/route-description.js'
import { composeAgentResponse } from './responses/commands.js'
import { sendDenial, type RestHost } from '../rest-context.js'
import { HASH, pathParams, type RestApp } from '../type-provider.js'

const registration = z.strictObject({
  url: z.string().min(1).max(500).describe('Address of the compose agent.'),
  token: z
    .string()
    .min(16, 'must be at least 16 characters long')
    .max(4096)
    .describe('Bearer for calls of both sides.'),
  version: z.string().max(100).nullish(),
})
const heartbeat = z
  .object({ status: z.enum(['healthy', 'unhealthy']).default('healthy'), version: z.string().max(100).nullish() })
  .nullish()

/** Reports of a compose agent: its URL and its heartbeat. */
export function composeAgentRoutes(host: RestHost) {
  return (app: RestApp): void => {
    retainRawBodies(app)
    describeRoutes(app, { tag: 'Compose', access: 'agentOrBearer', errors: ['NOT_FOUND'] })
    const params = pathParams({ hash: HASH })

    const register = {
      preValidation: [authenticateAgentOrBearer(host), parseRawBody],
      schema: {
        operationId: 'registerComposeAgent',
        summary: 'Registers the compose agent of a deployment.',
        params,
        body: registration,
        example: { url: 'https://compose.example.com', token: 'a-token-of-16-characters-or-more', version: '1.0.0' },
        response: { 201: composeAgentResponse },
        errors: ['FORBIDDEN', 'INVALID_URL', 'INVALID_PARAMETERS', 'INVALID_TRANSITION'] as const,
      },
    }
    app.post(`${COMPOSE}/register`, register, async (request, reply) => {
      const { requestContext: context, deploymentAgent: agent, body } = request
      const { hash } = request.params
      const outcome = await registerComposeAgent(
        context,
        { hash, agent },
        {
          ...body,
          version: body.version ?? null,
        },
      )
      if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial)
      const { id, url, version, registeredAt } = outcome.agent
      const item = {
        compose_agent_id: id,
        deployment_hash: hash,
        url,
        version,
        registered_at: registeredAt.toISOString(),
      }
      return reply.code(201).send({ message: 'Compose agent registered', item })
    })

    const beat = {
      preValidation: parseOptionalRawBody,
      schema: {
        operationId: 'recordComposeHeartbeat',
        summary: 'Records that the compose agent runs.',
        access: 'composeAgent' as const,
        params,
        body: heartbeat,
        example: { status: 'healthy', version: '1.0.0' },
        response: { 200: heartbeatResponse },
      },
    }
    app.post(`${COMPOSE}/heartbeat`, beat, async (request) => {
      const { hash } = request.params
      const { body } = request
      await composeHeartbeat(host.anonymousContext(request), {
        deploymentHash: hash,
        token: /^Bearer +(\S{1,4096})$/i.exec(request.headers.authorization ?? '')?.[1] ?? null,
        healthy: body?.status !== 'unhealthy',
        version: body?.version ?? null,
      })
      return { message: 'Noted', item: { accepted: true as const } }
    })
  }
}
