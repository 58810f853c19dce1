import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AgentNotificationRow } from '../../entities/deployments/agent-notification.entity.js'
import { authenticateAgent } from '../../services/deployments/agents/authenticate-agent.js'
import { notificationsFor } from '../../services/deployments/notifications/notify-agents.js'
import { AppError } from '../../services/kernel/errors/app-error.js'
import type { RestHost } from '../rest-context.js'
import { agentCall, mapAgentErrors } from './agent-call.js'

/** What the agent says instead of a hash when its environment has none. */
const UNNAMED = 'default'

/** What the agent shows its owner, in both shapes that are known: at the top, as it reads it, and in `item`, as its old server sent it. */
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
