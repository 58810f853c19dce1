import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { findHookAgent } from '#services/deployments/hooks/find-hook-agent.js'
import { storeSample } from '#services/deployments/hooks/store-sample.js'
import { raiseAlarms } from '#services/deployments/hooks/raise-alarms.js'
import { text } from '#rest/field-types.js'
import { parseRawBody } from '#rest/raw-body.js'
import { emptyResponse } from '#rest/responses/fields.js'
import type { RestHost } from '#rest/rest-context.js'
import { pathParams, type RestApp } from '#rest/type-provider.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** The agent whose webhook address was called. */
    hookAgent: Awaited<ReturnType<typeof findHookAgent>>
  }
}

const stored = emptyResponse('The values are stored.')

const MAX_HOOK_BYTES = 64 * 1024

const milliseconds = z.number().min(0).max(8.64e15)

/** The agent's measures, and whatever else it comes to measure: numbers. */
const sample = z
  .object({ timestamp_ms: milliseconds })
  .catchall(z.number())
  .describe('Measurements by name. All are numbers.')

const alarms = z.object({
  alerts: z
    .array(
      z.object({
        kind: text(100),
        severity: text(100),
        message: text(2000),
        value: z.number(),
        threshold: z.number(),
        recovered: z.boolean().default(false),
        timestamp_ms: milliseconds,
      }),
    )
    .max(100),
})

/** `METRICS_WEBHOOK` and `ALERT_WEBHOOK_URL`: the address is the credential, since the agent sends none here. */
export function hookRoutes(app: RestApp, host: RestHost): void {
  const params = pathParams({ secret: 'Secret part of the address, which is the credential.' })
  const authenticateAddress = async (request: FastifyRequest): Promise<void> => {
    const { secret } = params.parse(request.params)
    request.hookAgent = await findHookAgent(host.anonymousContext(request), secret)
  }
  const options = { bodyLimit: MAX_HOOK_BYTES, preValidation: [authenticateAddress, parseRawBody] }

  const metrics = {
    ...options,
    schema: {
      operationId: 'recordServerLoad',
      summary: 'Stores measurements of a server.',
      params,
      body: sample,
      example: { timestamp_ms: 1_768_471_200_000, cpu_usage_pct: 12.5, mem_used_mb: 2048 },
      response: { 204: stored },
      access: 'address' as const,
      errors: ['NOT_FOUND'] as const,
    },
  }
  app.post('/api/v1/agent/hooks/:secret/metrics', metrics, async (request, reply) => {
    await storeSample(host.anonymousContext(request).database, request.hookAgent, request.body)
    return reply.code(204).send()
  })

  const alerts = {
    ...options,
    schema: {
      operationId: 'recordAlarms',
      summary: 'Stores alarms of a server.',
      params,
      body: alarms,
      example: {
        alerts: [
          {
            kind: 'cpu',
            severity: 'warning',
            message: 'CPU above 90 %',
            value: 95,
            threshold: 90,
            timestamp_ms: 1_768_471_200_000,
          },
        ],
      },
      response: { 204: stored },
      access: 'address' as const,
      errors: ['NOT_FOUND'] as const,
    },
  }
  app.post('/api/v1/agent/hooks/:secret/alerts', alerts, async (request, reply) => {
    await raiseAlarms(
      host.anonymousContext(request),
      request.hookAgent,
      request.body.alerts.map(({ timestamp_ms: at, ...alarm }) => ({ ...alarm, occurredAt: new Date(at) })),
    )
    return reply.code(204).send()
  })
}
