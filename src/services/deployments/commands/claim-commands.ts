import type { CommandRow } from '../../../entities/deployments/command.entity.js'
import type { StreamEventRow } from '../../../entities/kernel/stream-event.entity.js'
import type { Sql } from '../../kernel/database/sql.js'
import { newId } from '../../kernel/ids/ids.js'
import type { MovedCommand } from './move-commands.js'

/** Seconds beyond a command's own timeout that its lease lasts: the agent has to report as well. */
export const LEASE_MARGIN_SECONDS = 60

/** Who takes a command: the agent of a deployment, and which of its instances when it says so. */
export interface Claimant {
  readonly deploymentId: string
  readonly instance: string | null
}

/**
 * One statement for many claimants of different deployments: each takes the next command of its own, by priority and age, that nobody else
 * is just taking. Events are written in the same statement, at the numbers that the deployments' rows give.
 */
const CLAIMS = `with claim as materialized (
    select * from unnest($1::text[], $2::text[], $3::text[]) as claim (deployment_id, instance, event_id)
  ), next as materialized (
    select claim.*, picked.id from claim, lateral (
      select id from command where command.deployment_id = claim.deployment_id and status = 'QUEUED' and (expires_at is null or expires_at > now())
      order by priority desc, place, id limit 1 for update skip locked) picked
  ), leased as (
    update command set status = 'LEASED', attempt = attempt + 1, started_at = coalesce(started_at, now()), superseded_at = null,
      updated_at = clock_timestamp(), lease_until = now() + make_interval(secs => timeout_seconds + $4), instance = next.instance
    from next where command.id = any(array(select id from next)) and command.id = next.id returning command.*, next.event_id
  ), spot as materialized (
    select id from deployment where id = any(array(select deployment_id from next)) order by id for update
  ), place as (
    update deployment set version = version + 1 where id = any(array(select id from spot)) returning id, version
  ), told as (
    insert into stream_event (stream_id, sequence, id, account_id, type, summary, subject_type, subject_id, changes_rights, data, at)
    select place.id, place.version, leased.event_id, leased.account_id, 'command.leased', leased.type || ' was handed to the agent.', 'Command',
      leased.id, false, jsonb_build_object('status', 'LEASED', 'previousStatus', 'QUEUED', 'detail', null), now()
    from leased join place on place.id = leased.deployment_id
  )
  select leased.*, place.version as sequence, now() as at from leased join place on place.id = leased.deployment_id`

/** Null in the place of each claimant whose queue was empty. No deployment may be named twice. */
export async function claimCommands(sql: Sql, claims: readonly Claimant[]): Promise<(MovedCommand | null)[]> {
  const rows = await sql.rows<CommandRow & { eventId: string; sequence: number; at: Date }>(CLAIMS, [
    claims.map(({ deploymentId }) => deploymentId),
    claims.map(({ instance }) => instance),
    claims.map(() => newId('evt')),
    LEASE_MARGIN_SECONDS,
  ])
  const byDeployment = new Map(rows.map((row) => [row.deploymentId, row]))
  return claims.map(({ deploymentId }) => {
    const row = byDeployment.get(deploymentId)
    if (!row) return null
    const { eventId, sequence, at, ...command } = row
    const event: StreamEventRow = {
      streamId: deploymentId,
      sequence,
      id: eventId,
      accountId: command.accountId,
      type: 'command.leased',
      summary: `${command.type} was handed to the agent.`,
      subjectType: 'Command',
      subjectId: command.id,
      changesRights: false,
      data: { status: 'LEASED', previousStatus: 'QUEUED', detail: null },
      at,
      recordedAt: at,
    }
    return { command, events: [event] }
  })
}
