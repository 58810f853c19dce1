import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { composeHeartbeat } from '../services/deployments/compose/compose-heartbeat.js'
import { registerComposeAgent } from '../services/deployments/compose/register-compose-agent.js'
import { authorizeDeployment } from './authorize-deployment.js'
import { COMPOSE } from './compose.js'
import { parseBody } from './parse-body.js'
import { retainRawBodies, rawBodyOf } from './raw-body.js'
import { sendDenial, type RestHost } from './rest-context.js'

const registration = z.strictObject({
  url: z.string().min(1).max(500),
  token: z.string().min(16, 'must be at least 16 characters long').max(4096),
  version: z.string().max(100).nullish(),
})
const heartbeat = z
  .object({ status: z.enum(['healthy', 'unhealthy']).default('healthy'), version: z.string().max(100).nullish() })
  .nullish()

/** Reports of a compose agent: its URL and its heartbeat. */
export function composeAgentRoutes(host: RestHost) {
  return (app: FastifyInstance): void => {
    retainRawBodies(app)
    app.post(`${COMPOSE}/register`, async (request, reply) => {
      const { context, deployment, actor } = await authorizeDeployment(host, request, 'deployments:manage')
      const body = parseBody(registration, rawBodyOf(request.body))
      const outcome = await registerComposeAgent(context, deployment, actor, {
        ...body,
        version: body.version ?? null,
      })
      if (outcome.kind === 'denied') return sendDenial(reply, outcome.denial)
      const { id, url, version, registeredAt } = outcome.agent
      const item = {
        compose_agent_id: id,
        deployment_hash: deployment.hash,
        url,
        version,
        registered_at: registeredAt.toISOString(),
      }
      return reply.code(201).send({ message: 'Compose agent registered', item })
    })
    app.post(`${COMPOSE}/heartbeat`, async (request) => {
      const { hash } = request.params as { hash: string }
      const raw = rawBodyOf(request.body)
      const body = raw.length ? parseBody(heartbeat, raw) : null
      await composeHeartbeat(host.anonymousContext(request), {
        deploymentHash: hash,
        token: /^Bearer +(\S{1,4096})$/i.exec(request.headers.authorization ?? '')?.[1] ?? null,
        healthy: body?.status !== 'unhealthy',
        version: body?.version ?? null,
      })
      return { message: 'Noted', item: { accepted: true } }
    })
  }
}
