import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import type { AgentPresence } from '#entities/deployments/agent.entity.js'
import { statement } from '#services/kernel/database/statement.js'

/**
 * True if an application of the agent's deployment was last reported as unhealthy or in error, otherwise null. `exists` could be
 * evaluated in advance for all agents; this is not.
 */
const HAS_UNHEALTHY_APP = `(
  select true from app_state
  where app_state.account_id = agent.account_id and app_state.deployment_id = agent.deployment_id
    and (health = 'UNHEALTHY' or status = 'ERROR')
  limit 1
)`

/**
 * Marks offline agents as online or degraded by the states of their applications, ends their outages, and writes the events. Rows are
 * locked in one order: agents by ID, then deployments by ID. Agents that were online have no row.
 */
export const markAgentsOnline = statement<
  {
    deploymentIds: readonly string[]
    eventIds: readonly string[]
    onlineType: string
    degradedType: string
    onlineSummary: string
    degradedSummary: string
  },
  Pick<StreamEventRow, 'id' | 'streamId' | 'sequence' | 'accountId' | 'type' | 'summary' | 'subjectId' | 'at'>
>(`
  with offline as materialized (
    select id, deployment_id from agent
    where deployment_id = any(:deploymentIds) and presence = 'OFFLINE' order by id for update
  ), online as (
    update agent set presence = case when ${HAS_UNHEALTHY_APP} then 'DEGRADED' else 'ONLINE' end
    where id = any(array(select id from offline))
    returning id, account_id, deployment_id, presence
  ), ended as (
    update agent_outage set ended_at = now()
    where deployment_id = any(array(select deployment_id from offline)) and kind = 'STATUS_PANEL' and ended_at is null
  ), locked as materialized (
    select id from deployment where id = any(array(select deployment_id from offline)) order by id for update
  ), numbered as (
    update deployment set version = version + 1 where id = any(array(select id from locked)) returning id, version
  ), event as materialized (
    select numbered.version as sequence, item.event_id, online.*,
      case online.presence when 'ONLINE' then :onlineType else :degradedType end as type,
      case online.presence when 'ONLINE' then :onlineSummary else :degradedSummary end as summary
    from unnest(:deploymentIds::text[], :eventIds::text[]) as item (deployment_id, event_id)
      join online on online.deployment_id = item.deployment_id
      join numbered on numbered.id = online.deployment_id
  ), published as (
    insert into stream_event (
      stream_id, sequence, id, account_id, type, summary, subject_type, subject_id, changes_entitlements, data, at
    )
    select deployment_id, sequence, event_id, account_id, type, summary, 'Agent', id, false, '{}', now() from event
  )
  select event_id as id, deployment_id as stream_id, sequence, account_id, type, summary, id as subject_id, now() as at from event
`)

/** Makes an online agent degraded, or a degraded one online, as its applications are. No row: its presence is the same. */
export const updateDegraded = statement<
  { accountId: string; deploymentId: string },
  { id: string; accountId: string; deploymentId: string; presence: AgentPresence }
>(`
  update agent set presence = case when ${HAS_UNHEALTHY_APP} then 'DEGRADED' else 'ONLINE' end
  where account_id = :accountId and deployment_id = :deploymentId
    and presence = case when ${HAS_UNHEALTHY_APP} then 'ONLINE' else 'DEGRADED' end
  returning id, account_id, deployment_id, presence
`)
