import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import { composeHeartbeat } from '../services/deployments/compose/compose-heartbeat.js'
import type { ComposeRequest } from '../services/deployments/compose/compose-operation.js'
import { registerComposeAgent } from '../services/deployments/compose/register-compose-agent.js'
import { runCompose, type ComposeOutcome } from '../services/deployments/compose/run-compose.js'
import { AppError } from '../services/kernel/errors/app-error.js'
import { deploymentForAgentOrPeople } from './agent-or-people.js'
import { parseQuery, sendCommand, wholeNumber } from './command-view.js'
import { parseBody } from './parse-body.js'
import { keepRawBodies, rawBodyOf } from './raw-body.js'
import { sendDenial, type RestHost } from './rest-context.js'

const appCode = z.string().min(1).max(200)
const lookQuery = z.object({
  app_code: appCode.optional(),
  cursor: z.string().max(2000).optional(),
  limit: wholeNumber(1, 1000, 400),
  wait_ms: wholeNumber(0, 30_000, 10_000),
})
const restartBody = z.strictObject({
  app_code: appCode,
  force: z.boolean().default(false),
  wait_ms: z.number().int().min(0).max(30_000).default(10_000),
})
const registration = z.strictObject({
  url: z.string().min(1).max(500),
  token: z.string().min(16, 'has at least 16 characters').max(4096),
  version: z.string().max(100).nullish(),
})
const heartbeat = z
  .object({ status: z.enum(['healthy', 'unhealthy']).default('healthy'), version: z.string().max(100).nullish() })
  .nullish()

/** The compose control plane: through the compose agent where there is one, else through the pulling agent, with the reason named. */
export function composeRoutes(host: RestHost) {
  return (app: FastifyInstance): void => {
    const base = '/api/v1/compose/:hash'
    // Not for HEAD: where there is no compose agent, asking queues a command.
    for (const operation of ['status', 'logs', 'metrics'] as const)
      app.get(`${base}/${operation}`, { exposeHeadRoute: false }, async (request, reply) => {
        const context = await host.contextOf(request)
        const { hash } = request.params as { hash: string }
        const query = parseQuery(lookQuery, request.query)
        const asked: ComposeRequest = {
          operation,
          appCode: query.app_code ?? null,
          cursor: query.cursor ?? null,
          limit: query.limit,
          force: false,
        }
        return answer(reply, await runCompose(context, hash, asked, query.wait_ms))
      })
    app.post(`${base}/restart`, async (request, reply) => {
      const context = await host.contextOf(request)
      const { hash } = request.params as { hash: string }
      const body = parseBody(restartBody, request.body)
      const asked = {
        operation: 'restart',
        appCode: body.app_code,
        cursor: null,
        limit: null,
        force: body.force,
      } as const
      return answer(reply, await runCompose(context, hash, asked, body.wait_ms))
    })

    void app.register((scope, _options, done) => {
      keepRawBodies(scope)
      scope.post(`${base}/register`, async (request, reply) => {
        const { context, deployment, actor } = await deploymentForAgentOrPeople(host, request, 'deployments:manage')
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
      scope.post(`${base}/heartbeat`, async (request) => {
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
      done()
    })
  }
}

function answer(reply: FastifyReply, outcome: ComposeOutcome): FastifyReply {
  switch (outcome.kind) {
    case 'denied':
      return sendDenial(reply, outcome.denial)
    case 'unknown':
      throw new AppError(
        'UNAVAILABLE',
        `The compose agent did not answer (${outcome.detail}): whether it acted is not known. Ask for the status before trying again.`,
        { details: { via: 'compose_agent' } },
      )
    case 'compose':
      return reply.send({
        message: 'Answered by the compose agent',
        item: { via: 'compose_agent', compose_agent: true, fallback_reason: null, result: outcome.result },
      })
    case 'pull':
      return sendCommand(reply, outcome.command, {
        via: 'status_panel',
        compose_agent: false,
        fallback_reason: outcome.reason.toLowerCase(),
      })
  }
}
