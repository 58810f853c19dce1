import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AgentNotificationRow } from '#entities/deployments/agent-notification.entity.js'
import { authenticateAgent } from '#services/deployments/agents/authenticate-agent.js'
import { notificationsFor } from '#services/deployments/notifications/notify-agents.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { RestHost } from '../rest-context.js'
import { agentCall, mapAgentErrors } from './agent-call.js'

/** Placeholder of an agent without a hash in its environment. */
const UNNAMED = 'default'

/**
 * Notifications for the agent's owner, in both known shapes: at the top level, as the agent reads them, and in `item`,
 * as the legacy server sent them.
 */
export async function notifications(
  host: RestHost,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const context = host.anonymousContext(request)
  const agent = await mapAgentErrors(authenticateAgent(context, agentCall(request)))
  const { deployment_hash: hash = UNNAMED } = request.query as { deployment_hash?: string }
  if (hash !== agent.deploymentHash && hash !== UNNAMED) throw new AppError('NOT_FOUND', 'Deployment not found.')
  const list = (await notificationsFor(context.database, agent.deploymentId)).map(toNotification)
  return reply.send({ message: 'Notifications', item: { notifications: list }, notifications: list })
}

const toNotification = (row: AgentNotificationRow) => ({
  id: row.id,
  kind: row.kind,
  title: row.title,
  message: row.message,
  ...(row.templateId ? { stack_id: row.templateId } : {}),
  ...(row.stackName ? { stack_name: row.stackName } : {}),
  ...(row.newVersion ? { new_version: row.newVersion } : {}),
  created_at: row.createdAt.toISOString(),
  read: false,
})
