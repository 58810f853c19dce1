import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { RequestContext } from '#context/request-context.js'
import type { CommandRow } from '#entities/deployments/command.entity.js'
import { authenticatePoll, refuseEndedToken } from '#services/deployments/agents/authenticate-agent.js'
import { markRunning, returnToQueue } from '#services/deployments/commands/claim-command.js'
import { priorityOf } from '#services/deployments/commands/command-priority.js'
import { openParameters } from '#services/deployments/commands/secret-parameters.js'
import type { LongPoll } from '#services/deployments/commands/long-poll-registry.js'
import { pollResponse } from '../responses/agents.js'
import type { RestHost } from '#rest/rest-context.js'
import { HASH, pathParams, type RestApp } from '#rest/type-provider.js'
import { agentCall, mapAgentErrors } from './agent-call.js'

const DEFAULT_WAIT_SECONDS = 30
const MAX_WAIT_SECONDS = 120

/** Lenient: a poll is never rejected because of its wait. */
const querystring = z.object({
  timeout: z.string().optional().catch(undefined).describe('Longest wait in seconds: 30 by default, at most 120.'),
})

/**
 * Keeps the agent's poll open until there is a command, the time is over, its token is revoked or the connection
 * closes.
 */
export function pollRoute(app: RestApp, host: RestHost): void {
  const schema = {
    operationId: 'waitForCommand',
    summary: 'Waits for the next command.',
    params: pathParams({ hash: HASH }),
    querystring,
    response: { 200: pollResponse },
    errors: ['NOT_FOUND'] as const,
  }
  // Not for HEAD: it would take a command and deliver nothing.
  app.get('/api/v1/agent/commands/wait/:hash', { exposeHeadRoute: false, schema }, async (request, reply) => {
    const context = host.anonymousContext(request)
    let held: LongPoll | undefined
    const gone = () => held?.cancel()
    reply.raw.once('close', gone)
    try {
      const admitted = authenticatePoll(context, agentCall(request), request.params.hash, (claimant) => {
        held ??= context.longPolls.open(claimant)
      })
      const { hasWork, graceMs } = await mapAgentErrors(admitted)
      const milliseconds = waitSeconds(request.query.timeout) * 1000
      const end = await held!.wait(context, { milliseconds, hasWork, graceMs })
      if (end.kind === 'refused') return refuseEndedToken(context)
      const command = end.kind === 'command' ? end.command : null
      if (command) followDelivery(context, reply, command)
      // The request arrived before the drain, so that its response has no such header yet.
      if (context.longPolls.isDraining()) reply.header('connection', 'close')
      return await reply.send({
        message: command ? 'Command available' : 'No command',
        item: command && toItem(context, command),
        meta: {},
      })
    } finally {
      reply.raw.off('close', gone)
      held?.cancel()
    }
  })
}

/** `running` means that the response was flushed; a connection that closes before gives the command back to the queue. */
function followDelivery(context: RequestContext, reply: FastifyReply, command: CommandRow): void {
  let delivered = false
  const runInBackground = (work: Promise<void>) =>
    void work.catch((error: unknown) =>
      context.log.error({ err: error, command: command.id }, 'marking command as running failed, lease applies'),
    )
  if (reply.raw.destroyed) {
    runInBackground(returnToQueue(context, command))
    return
  }
  reply.raw.once('finish', () => {
    delivered = true
    runInBackground(markRunning(context, command))
  })
  reply.raw.once('close', () => {
    if (!delivered) runInBackground(returnToQueue(context, command))
  })
}

/** At most two minutes; what is no number is the agent's own default. */
function waitSeconds(text: string | undefined): number {
  const seconds = Number(text?.trim() || DEFAULT_WAIT_SECONDS)
  return Number.isFinite(seconds) ? Math.min(MAX_WAIT_SECONDS, Math.max(0, seconds)) : DEFAULT_WAIT_SECONDS
}

/** The command as the agent reads it; `parameters` is always an object and names the deployment. */
const toItem = (context: RequestContext, command: CommandRow) => ({
  id: command.id,
  command_id: command.id,
  deployment_hash: command.deploymentHash,
  type: command.type,
  parameters: { ...openParameters(context.secrets, command), deployment_hash: command.deploymentHash },
  priority: priorityOf(command.priority).toLowerCase(),
  timeout_seconds: command.timeoutSeconds,
  created_at: command.createdAt.toISOString(),
})
