import type { CommandRow } from '#entities/deployments/command.entity.js'
import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { newId } from '#services/kernel/ids/ids.js'
import type { TransitionedCommand } from './transition-commands.js'

/** Seconds beyond a command's own timeout that its lease lasts: the agent has to report as well. */
export const LEASE_MARGIN_SECONDS = 60

/** The agent that claims a command, by the token of its poll. `instance` is null if the agent does not name one. */
export interface Claimant {
  readonly deploymentId: string
  readonly agentId: string
  readonly tokenHash: string
  readonly instance: string | null
}

/** Result of a claim. `graceMs`: milliseconds for which a replaced token is still accepted; null for the present token. */
export type Claimed =
  | { readonly kind: 'command'; readonly moved: TransitionedCommand }
  | { readonly kind: 'empty'; readonly graceMs: number | null }
  /** The token is no longer accepted. */
  | { readonly kind: 'refused' }
  /** The deployment is stopped, so no command is handed out. */
  | { readonly kind: 'stopped' }

/**
 * One statement for many claims of different deployments: each claims the next command of its deployment, by priority
 * and age, skipping locked rows. Events are written in the same statement, with sequences from the deployments' rows.
 * The statement verifies each agent's token under a lock of the agent's row. A rotation locks that row as well: a claim
 * that meets one waits for it and then reads the rotated row. The lock is the weakest that excludes rotations, so that
 * other writes of the row do not wait.
 */
const CLAIMS = `with claim as materialized (
    select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) as claim (deployment_id, agent_id, token_hash, instance, event_id)
  ), holder as materialized (
    select id, deployment_id, token_hash, previous_token_hash, previous_token_until from agent where id = any($2) order by id for key share
  ), retired as materialized (
    select retired_agent_token.agent_id, retired_agent_token.token_hash, retired_agent_token.accepted_until from holder, retired_agent_token
    where retired_agent_token.token_hash = any($3) and retired_agent_token.agent_id = holder.id and retired_agent_token.accepted_until > now()
    for key share of retired_agent_token
  ), proven as materialized (
    select claim.*, case when holder.token_hash <> claim.token_hash
        then greatest(case when holder.previous_token_hash = claim.token_hash then holder.previous_token_until end, retired.accepted_until) end as accepted_until
    from claim join holder on holder.id = claim.agent_id and holder.deployment_id = claim.deployment_id
      left join retired on retired.agent_id = holder.id and retired.token_hash = claim.token_hash
    where holder.token_hash = claim.token_hash or (holder.previous_token_hash = claim.token_hash and holder.previous_token_until > now())
      or retired.token_hash is not null
  ), next as materialized (
    select proven.*, picked.id from proven, lateral (
      select id from command where command.deployment_id = proven.deployment_id and status = 'QUEUED' and (expires_at is null or expires_at > now())
      order by priority desc, queue_position, id limit 1 for update skip locked) picked
  ), spot as materialized (
    select id from deployment where id = any(array(select deployment_id from next)) and status <> 'STOPPED' order by id for update
  ), leased as (
    update command set status = 'LEASED', attempt = attempt + 1, started_at = coalesce(started_at, now()), superseded_at = null,
      updated_at = clock_timestamp(), lease_until = now() + make_interval(secs => timeout_seconds + $6), instance = next.instance
    from next join spot on spot.id = next.deployment_id
    where command.id = any(array(select id from next)) and command.id = next.id returning command.*, next.event_id
  ), place as (
    update deployment set version = version + 1 where id = any(array(select id from spot)) returning id, version
  ), told as (
    insert into stream_event (stream_id, sequence, id, account_id, type, summary, subject_type, subject_id, changes_entitlements, data, at)
    select place.id, place.version, leased.event_id, leased.account_id, 'command.leased', leased.type || ' was handed to the agent.', 'Command',
      leased.id, false, jsonb_build_object('status', 'LEASED', 'previousStatus', 'QUEUED', 'detail', null), now()
    from leased join place on place.id = leased.deployment_id
  )
  select leased.*, place.version as sequence, now() as at, claim.event_id as claim_event_id, proven.agent_id is not null as is_proven,
    (select true from deployment where deployment.id = claim.deployment_id and deployment.status = 'STOPPED' limit 1) as is_stopped,
    (extract(epoch from proven.accepted_until - now()) * 1000)::float8 as grace_ms
  from claim left join proven on proven.event_id = claim.event_id left join leased on leased.event_id = claim.event_id
    left join place on place.id = leased.deployment_id`

type ClaimRow = CommandRow & {
  readonly eventId: string | null
  readonly sequence: number
  readonly at: Date
  readonly claimEventId: string
  readonly isProven: boolean
  readonly isStopped: true | null
  readonly graceMs: number | null
}

/** Claims one command for each claimant, in their order. No deployment may be named twice. */
export async function claimCommands(sql: Sql, claims: readonly Claimant[]): Promise<Claimed[]> {
  const eventIds = claims.map(() => newId('evt'))
  const rows = await sql.rows<ClaimRow>(CLAIMS, [
    claims.map(({ deploymentId }) => deploymentId),
    claims.map(({ agentId }) => agentId),
    claims.map(({ tokenHash }) => tokenHash),
    claims.map(({ instance }) => instance),
    eventIds,
    LEASE_MARGIN_SECONDS,
  ])
  const byEvent = new Map(rows.map((row) => [row.claimEventId, row]))
  return eventIds.map((eventId) => toClaimed(byEvent.get(eventId)!))
}

function toClaimed({ sequence, at, claimEventId, isProven, isStopped, graceMs, ...rest }: ClaimRow): Claimed {
  if (!isProven) return { kind: 'refused' }
  const { eventId, ...command } = rest
  if (eventId === null) return isStopped ? { kind: 'stopped' } : { kind: 'empty', graceMs }
  const event: StreamEventRow = {
    streamId: command.deploymentId,
    sequence,
    id: claimEventId,
    accountId: command.accountId,
    type: 'command.leased',
    summary: `${command.type} was delivered to the agent.`,
    subjectType: 'Command',
    subjectId: command.id,
    changesEntitlements: false,
    data: { status: 'LEASED', previousStatus: 'QUEUED', detail: null },
    at,
    recordedAt: at,
  }
  return { kind: 'command', moved: { command, events: [event] } }
}
