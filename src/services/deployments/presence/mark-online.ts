import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { newId } from '#services/kernel/ids/ids.js'
import { PRESENCE_EVENTS, HAS_UNHEALTHY_APP } from './set-presence.js'

/**
 * One statement for many agents, because after an outage all return together: offline agents get the status of their
 * applications, their outages end, and events are written. Rows are locked in one order: agents by ID, then deployments
 * by ID.
 */
const COME_ONLINE = `with gone as materialized (
    select id, deployment_id from agent where deployment_id = any($1) and presence = 'OFFLINE' order by id for update
  ), came as (
    update agent set presence = case when ${HAS_UNHEALTHY_APP} then 'DEGRADED' else 'ONLINE' end
    where id = any(array(select id from gone)) returning id, account_id, deployment_id, presence
  ), ended as (
    update agent_outage set ended_at = now()
    where deployment_id = any(array(select deployment_id from gone)) and kind = 'STATUS_PANEL' and ended_at is null
  ), spot as materialized (
    select id from deployment where id = any(array(select deployment_id from gone)) order by id for update
  ), place as (
    update deployment set version = version + 1 where id = any(array(select id from spot)) returning id, version
  ), said as materialized (
    select place.version as sequence, item.event_id, came.*, case came.presence when 'ONLINE' then $3 else $4 end as type,
      case came.presence when 'ONLINE' then $5 else $6 end as summary
    from unnest($1::text[], $2::text[]) as item (deployment_id, event_id)
      join came on came.deployment_id = item.deployment_id join place on place.id = came.deployment_id
  ), told as (
    insert into stream_event (stream_id, sequence, id, account_id, type, summary, subject_type, subject_id, changes_entitlements, data, at)
    select deployment_id, sequence, event_id, account_id, type, summary, 'Agent', id, false, '{}', now() from said
  )
  select event_id as id, deployment_id as stream_id, sequence, account_id, type, summary, id as subject_id, now() as at from said`

type PublishedRow = Pick<
  StreamEventRow,
  'id' | 'streamId' | 'sequence' | 'accountId' | 'type' | 'summary' | 'subjectId' | 'at'
>

/**
 * First request after silence: marks the agents of these deployments as online. Returns the events to publish; none for
 * agents that were online.
 */
export async function markAgentsOnline(sql: Sql, deploymentIds: readonly string[]): Promise<StreamEventRow[]> {
  const { ONLINE, DEGRADED } = PRESENCE_EVENTS
  const rows = await sql.rows<PublishedRow>(COME_ONLINE, [
    deploymentIds,
    deploymentIds.map(() => newId('evt')),
    ONLINE.type,
    DEGRADED.type,
    ONLINE.summary,
    DEGRADED.summary,
  ])
  return rows.map((row) => ({ ...row, subjectType: 'Agent', changesEntitlements: false, data: {}, recordedAt: row.at }))
}
