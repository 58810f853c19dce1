import type { AgentNotificationRow } from '#entities/deployments/agent-notification.entity.js'
import { statement } from '#services/kernel/database/statement.js'

/**
 * Notifications of a deployment's agent, newest first: those of the deployment, its template, its account, and those for everyone.
 * Excludes versions published before the deployment was started with them.
 */
export const listNotifications = statement<
  { deploymentId: string; days: number; limit: number },
  AgentNotificationRow
>(`
  select n.* from agent_notification n, deployment d
  where d.id = :deploymentId and n.created_at > now() - make_interval(days => :days)
    and (
      n.deployment_id = d.id
      or (n.deployment_id is null and (
        n.template_id = d.template_id
        or (n.template_id is null and (n.account_id = d.account_id or n.account_id is null))
      ))
    )
    and (
      n.kind <> 'stack_update_available'
      or case when n.new_version ~ '^[0-9]{1,9}$' then n.new_version::int > d.template_version else true end
    )
  order by n.created_at desc, n.id desc limit :limit
`)
