import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { findHookAgent } from '#services/deployments/hooks/find-hook-agent.js'
import { storeSample } from '#services/deployments/hooks/store-sample.js'
import { raiseAlarms } from '#services/deployments/hooks/raise-alarms.js'
import { parseBody, text } from '../parse-body.js'
import { rawBodyOf } from '../raw-body.js'
import type { RestHost } from '../rest-context.js'

const milliseconds = z.number().min(0).max(8.64e15)

/** The agent's measures, and whatever else it comes to measure: numbers. */
const sample = z.object({ timestamp_ms: milliseconds }).catchall(z.number())

/** `METRICS_WEBHOOK`: the address is the credential, since the agent sends none here. */
export async function receiveMetrics(
  host: RestHost,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const context = host.anonymousContext(request)
  const agent = await findHookAgent(context, secretOf(request))
  await storeSample(context.database, agent, parseBody(sample, rawBodyOf(request.body)))
  return reply.code(204).send()
}

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

/** `ALERT_WEBHOOK_URL`, in the same way. */
export async function receiveAlarms(
  host: RestHost,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const context = host.anonymousContext(request)
  const agent = await findHookAgent(context, secretOf(request))
  const { alerts } = parseBody(alarms, rawBodyOf(request.body))
  await raiseAlarms(
    context,
    agent,
    alerts.map(({ timestamp_ms: at, ...alarm }) => ({ ...alarm, occurredAt: new Date(at) })),
  )
  return reply.code(204).send()
}

const secretOf = (request: FastifyRequest): string => (request.params as { secret: string }).secret
