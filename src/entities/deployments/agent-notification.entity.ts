import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/** Something that agents are to show their owners: to one deployment's, to those of a template, or to all. */
export const AgentNotificationSchema = defineEntity({
  name: 'AgentNotification',
  tableName: 'agent_notification',
  properties: {
    id: p.text().primary(),
    accountId: p.text().nullable(),
    deploymentId: p.text().nullable(),
    templateId: p.text().nullable(),
    /** Kinds that the agent knows: it drops a whole response with an unknown kind. */
    kind: p.text().$type<'stack_update_available' | 'stack_published' | 'system_notice'>(),
    title: p.text(),
    message: p.text(),
    stackName: p.text().nullable(),
    newVersion: p.text().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    {
      name: 'agent_notification_kind',
      expression: `kind in ('stack_update_available', 'stack_published', 'system_notice')`,
    },
  ],
  indexes: [{ name: 'agent_notification_created', properties: ['createdAt'] }],
})

export type AgentNotificationRow = RowOf<typeof AgentNotificationSchema>
