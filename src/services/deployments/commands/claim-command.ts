import type { CommandRow } from '../../../entities/deployments/command.entity.js'
import type { Context } from '../../kernel/context/context.js'
import { noteAudit } from '../../kernel/audit/audit-trail.js'
import { newId } from '../../kernel/ids/ids.js'
import { tryMoveCommand } from './move-command.js'

/** Seconds beyond a command's own timeout that its lease lasts: the agent has to report as well. */
export const LEASE_MARGIN_SECONDS = 60

/** Who takes a command: the agent of a deployment, and which of its instances when it says so. */
export interface Claimant {
  readonly deploymentId: string
  readonly instance: string | null
}

/**
 * Takes the next command of a deployment, by priority and age: one atomic statement, so that of two pollers one gets it. Its event
 * is written in the same statement, at the number that the deployment's row gives.
 */
export async function claimCommand(context: Context, { deploymentId, instance }: Claimant): Promise<CommandRow | null> {
  const command = await context.database.row<CommandRow>(
    `with next as (
       select id from command where deployment_id = $1 and status = 'QUEUED' and (expires_at is null or expires_at > now())
       order by priority desc, place, id limit 1 for update skip locked
     ), leased as (
       update command set status = 'LEASED', attempt = attempt + 1, started_at = coalesce(started_at, now()), superseded_at = null, updated_at = clock_timestamp(),
         lease_until = now() + make_interval(secs => timeout_seconds + $2), instance = $4
       where id = (select id from next) returning *
     ), place as (
       update deployment set version = version + 1 where id = (select deployment_id from leased) returning id, version
     ), told as (
       insert into stream_event (stream_id, sequence, id, account_id, type, summary, subject_type, subject_id, changes_rights, data, at)
       select place.id, place.version, $3, leased.account_id, 'command.leased', leased.type || ' was handed to the agent.', 'Command', leased.id, false,
         jsonb_build_object('status', 'LEASED', 'previousStatus', 'QUEUED', 'detail', null), now()
       from leased, place
     )
     select * from leased`,
    [deploymentId, LEASE_MARGIN_SECONDS, newId('evt'), instance],
  )
  if (!command) return null
  const { accountId, deploymentHash } = command
  noteAudit(context, { accountId, actor: deploymentHash, action: 'agent.command_polled', object: deploymentHash })
  context.news.announce([deploymentId])
  context.metrics.commands.inc({ type: command.type, status: 'LEASED' })
  return command
}

/** The response was flushed: the agent has it. A quick one may have reported before we came here; then there is nothing to note. */
export async function markRunning(context: Context, claimed: CommandRow): Promise<void> {
  await tryMoveCommand(context, context.database, claimed, { to: 'RUNNING' })
}

/** The connection closed before the response was flushed: nobody has it. */
export async function returnToQueue(context: Context, claimed: CommandRow): Promise<void> {
  const nobody = 'the connection closed before the command was delivered'
  await tryMoveCommand(context, context.database, claimed, { to: 'QUEUED', detail: nobody })
}
