import type { OutboxEventRow } from '#entities/kernel/outbox-event.entity.js'
import type { Context } from '#services/kernel/context/context.js'
import { notifyAgents, type NewNotification, type NotificationAudience } from './notify-agents.js'

/** Notifies agents of a template's changes: those of its deployments, and those of the vendor when it is published. */
export async function notifyAgentsOfTemplate(event: OutboxEventRow, context: Context): Promise<void> {
  const { templateId, name, version } = event.payload as { templateId: string; name: string; version: number }
  const published = decide(event.type, { templateId, name, version: String(version), accountId: event.accountId })
  // The event's own id: however often it is relayed, it is one message.
  if (published)
    await notifyAgents(context.database, published.audience, {
      ...published.notification,
      id: `ntf_${event.id.slice(4)}`,
    })
}

interface NotifiedTemplate {
  readonly audience: NotificationAudience
  readonly notification: NewNotification
}

function decide(
  type: string,
  input: { templateId: string; name: string; version: string; accountId: string | null },
): NotifiedTemplate | null {
  const { templateId, name, version, accountId } = input
  const stack = { stackName: name, newVersion: version }
  switch (type) {
    case 'template.updated':
      return {
        audience: { templateId },
        notification: {
          kind: 'stack_update_available',
          title: `${name}: version ${version}`,
          message: `Version ${version} of ${name} was published. Running deployments do not change until you redeploy.`,
          ...stack,
        },
      }
    case 'template.approved':
      // The operator's own vendors have no servers.
      if (accountId === null) return null
      return {
        audience: { accountId },
        notification: {
          kind: 'stack_published',
          title: `${name} is published`,
          message: `${name} was approved and is on the marketplace.`,
          ...stack,
        },
      }
    case 'template.deprecated':
      return {
        audience: { templateId },
        notification: {
          kind: 'system_notice',
          title: `${name} is no longer offered`,
          message: `${name} was removed from the marketplace. Running deployments continue.`,
          stackName: name,
        },
      }
    default:
      return null
  }
}
