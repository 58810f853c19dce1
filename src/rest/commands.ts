import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { deploymentCapabilities } from '../services/deployments/capabilities/deployment-capabilities.js'
import { namedCommand } from '../services/deployments/commands/command-request.js'
import { enqueueCommand } from '../services/deployments/commands/enqueue-command.js'
import { newId } from '../services/kernel/ids/ids.js'
import { parseBody } from './parse-body.js'
import { sendDenial, type RestHost } from './rest-context.js'

const enqueueBody = z.object({
  deployment_hash: z.string().min(1).max(128),
  command_type: z.string().min(1).max(100),
  priority: z
    .string()
    .toUpperCase()
    .pipe(z.enum(['LOW', 'NORMAL', 'HIGH', 'CRITICAL']))
    .default('NORMAL'),
  parameters: z.record(z.string(), z.unknown()).nullish(),
  timeout_seconds: z.number().int().default(300),
  expires_in_seconds: z.number().int().nullish(),
  idempotency_key: z.string().optional(),
})

/** Commands and capabilities for sibling services and dashboards that speak REST. */
export function commandRoutes(host: RestHost) {
  return (app: FastifyInstance): void => {
    for (const path of ['/api/v1/agent/commands/enqueue', '/api/v1/commands/enqueue'])
      app.post(path, async (request, reply) => {
        const context = await host.contextOf(request)
        const body = parseBody(enqueueBody, request.body)
        const outcome = await enqueueCommand(context, {
          deploymentHash: body.deployment_hash,
          command: namedCommand(body.command_type, body.parameters, context.config.allowedCommands),
          priority: body.priority,
          timeoutSeconds: body.timeout_seconds,
          expiresInSeconds: body.expires_in_seconds ?? null,
          idempotencyKey: body.idempotency_key ?? newId('cmd'),
        })
        if (outcome.kind === 'denied') return sendDenial(reply, outcome.denial)
        const { id, deploymentHash, type, status, createdAt } = outcome.command
        const item = {
          id,
          command_id: id,
          deployment_hash: deploymentHash,
          type,
          status: status.toLowerCase(),
          created_at: createdAt.toISOString(),
        }
        return reply.code(202).send({ message: 'Command queued', item })
      })

    app.get('/api/v1/deployments/:hash/capabilities', async (request) => {
      const { hash } = request.params as { hash: string }
      const { agent, capabilities } = await deploymentCapabilities(await host.contextOf(request), hash)
      return {
        message: 'Capabilities',
        item: {
          deployment_hash: hash,
          agent_id: agent?.id ?? null,
          status: capabilities.presence === 'BUSY' ? 'online' : capabilities.presence.toLowerCase(),
          last_heartbeat: capabilities.lastHeartbeatAt?.toISOString() ?? null,
          version: agent?.version ?? null,
          system_info: agent?.systemInfo ?? {},
          capabilities: agent?.capabilities ?? [],
          commands: capabilities.commands.map(({ type, ...command }) => ({ command_type: type, ...command })),
          features: capabilities.features,
          compose_agent: capabilities.composeAgent,
          fallback_reason: capabilities.fallbackReason?.toLowerCase() ?? null,
        },
      }
    })
  }
}
