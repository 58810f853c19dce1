import type { AgentNotificationRow } from '#entities/deployments/agent-notification.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { listNotifications } from './notifications.sql.js'

/** Agents that receive a notification. */
export type NotificationAudience =
  | { readonly accountId: string; readonly deploymentId: string }
  /** Every deployment of the account. */
  | { readonly accountId: string }
  /** Every deployment that was made from the template. */
  | { readonly templateId: string }
  | 'everyone'

export type NewNotification = Pick<AgentNotificationRow, 'kind' | 'title' | 'message'> &
  Partial<Pick<AgentNotificationRow, 'id' | 'stackName' | 'newVersion'>>

/** Agents keep at most this many, not older than a month. */
const MAX_SHOWN = 100
const SHOWN_DAYS = 30

/**
 * Stores a notification that agents fetch with their next poll, in the transaction of its cause or under an ID derived
 * from the cause, so that repeated calls have no effect. One row, regardless of the number of agents.
 */
export async function notifyAgents(
  { query, newId }: Sql,
  audience: NotificationAudience,
  notification: NewNotification,
): Promise<void> {
  const to: Partial<Record<'accountId' | 'deploymentId' | 'templateId', string>> =
    audience === 'everyone' ? {} : audience
  await query
    .insertInto('agent_notification')
    .values({
      id: notification.id ?? newId('ntf'),
      accountId: to.accountId ?? null,
      deploymentId: to.deploymentId ?? null,
      templateId: to.templateId ?? null,
      kind: notification.kind,
      title: notification.title,
      message: notification.message,
      stackName: notification.stackName ?? null,
      newVersion: notification.newVersion ?? null,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
}

/** Notifications of a deployment's agent, newest first. */
export const notificationsFor = (database: Sql, deploymentId: string): Promise<AgentNotificationRow[]> =>
  database.rows(listNotifications, { deploymentId, days: SHOWN_DAYS, limit: MAX_SHOWN })
