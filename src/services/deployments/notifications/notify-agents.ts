import type { AgentNotificationRow } from '#entities/deployments/agent-notification.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { newId } from '#services/kernel/ids/ids.js'

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
  sql: Sql,
  audience: NotificationAudience,
  notification: NewNotification,
): Promise<void> {
  const to = audience === 'everyone' ? {} : audience
  await sql.run(
    `insert into agent_notification (id, account_id, deployment_id, template_id, kind, title, message, stack_name, new_version)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (id) do nothing`,
    [
      notification.id ?? newId('ntf'),
      'accountId' in to ? to.accountId : null,
      'deploymentId' in to ? to.deploymentId : null,
      'templateId' in to ? to.templateId : null,
      notification.kind,
      notification.title,
      notification.message,
      notification.stackName ?? null,
      notification.newVersion ?? null,
    ],
  )
}

/**
 * Notifications of a deployment's agent, newest first. Excludes versions published before the deployment was started
 * with them.
 */
export const notificationsFor = (sql: Sql, deploymentId: string): Promise<AgentNotificationRow[]> =>
  sql.rows(
    `select n.* from agent_notification n, deployment d
     where d.id = $1 and n.created_at > now() - make_interval(days => $2)
       and (n.deployment_id = d.id or (n.deployment_id is null and
         (n.template_id = d.template_id or (n.template_id is null and (n.account_id = d.account_id or n.account_id is null)))))
       and (n.kind <> 'stack_update_available' or case when n.new_version ~ '^[0-9]{1,9}$' then n.new_version::int > d.template_version else true end)
     order by n.created_at desc, n.id desc limit $3`,
    [deploymentId, SHOWN_DAYS, MAX_SHOWN],
  )
