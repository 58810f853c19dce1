import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { DemonstrationAgents } from './demonstration-agent.js'
import { isOwnLocalPage } from './own-page.js'

const hash = z.string().regex(/^[\w.-]{1,128}$/)
const body = z.union([
  z.strictObject({ deploymentHash: hash, enrolmentToken: z.string().min(1).max(200) }),
  z.strictObject({ deploymentHash: hash, stop: z.literal(true) }),
])

/**
 * Starts and stops agents of the sandbox for pages that are opened on this machine; others get 404. The enrollment token proves that the
 * caller may manage the deployment.
 */
export function registerDemonstrationAgents(app: FastifyInstance, agents: DemonstrationAgents): void {
  app.post('/dashboard/sandbox/agent', async (request, reply) => {
    if (!isOwnLocalPage(request)) return reply.callNotFound()
    const parsed = body.safeParse(request.body)
    if (!parsed.success)
      return reply.code(400).send({
        code: 'BAD_USER_INPUT',
        message: 'Send deploymentHash and enrolmentToken, or deploymentHash and stop.',
      })
    const input = parsed.data
    void reply.header('cache-control', 'no-store')
    if ('stop' in input) return reply.send({ stopped: agents.stop(input.deploymentHash) })
    const started = await agents.start(input.deploymentHash, input.enrolmentToken)
    return 'agentId' in started ? reply.code(201).send(started) : reply.code(started.status).send(started.body)
  })
}
