import { z } from 'zod'
import type { AgentNotificationRow } from '#entities/deployments/agent-notification.entity.js'
import { notificationsFor } from '#services/deployments/notifications/notify-agents.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { notificationsResponse } from '../responses/agents.js'
import type { RestHost } from '#rest/rest-context.js'
import type { RestApp } from '#rest/type-provider.js'
import { authenticateSignature } from './agent-call.js'

/** Placeholder of an agent without a hash in its environment. */
const UNNAMED = 'default'

/** Lenient: text of any kind is a deployment that is not found. */
const querystring = z.object({
  deployment_hash: z.string().default(UNNAMED).catch('').describe('Default: the deployment of the agent.'),
})

/**
 * Notifications for the agent's owner, in both known shapes: at the top level, as the agent reads them, and in `item`,
 * as the legacy server sent them.
 */
export function notificationsRoute(app: RestApp, host: RestHost): void {
  const preValidation = authenticateSignature(host)
  const options = {
    exposeHeadRoute: false,
    preValidation,
    schema: {
      operationId: 'listNotifications',
      summary: 'Returns notifications for the owner of the agent, newest first.',
      querystring,
      response: { 200: notificationsResponse },
      errors: ['NOT_FOUND'] as const,
    },
  }
  app.get('/api/v1/agent/notifications', options, async (request) => {
    const { agent } = request
    const { deployment_hash: hash } = request.query
    if (hash !== agent.deploymentHash && hash !== UNNAMED) throw new AppError('NOT_FOUND', 'Deployment not found.')
    const { database } = host.anonymousContext(request)
    const list = (await notificationsFor(database, agent.deploymentId)).map(toNotification)
    return { message: 'Notifications', item: { notifications: list }, notifications: list }
  })
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
  read: false as const,
})
