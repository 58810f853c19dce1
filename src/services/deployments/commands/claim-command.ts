import type { CommandRow } from '../../../entities/deployments/command.entity.js'
import type { Context } from '../../kernel/context/context.js'
import { newId } from '../../kernel/ids/ids.js'
import { lockCommand, moveCommand } from './move-command.js'

/** Seconds beyond a command's own timeout that its lease lasts: the agent has to report as well. */
export const LEASE_MARGIN_SECONDS = 60

/**
 * Takes the next command of a deployment, by priority and age: one atomic statement, so that of two pollers one gets it. Its event
 * is written in the same statement, at the number that the deployment's row gives.
 */
export async function claimCommand(context: Context, deploymentId: string): Promise<CommandRow | null> {
  const command = await context.database.row<CommandRow>(
    `with next as (
       select id from command where deployment_id = $1 and status = 'QUEUED' order by priority desc, id limit 1 for update skip locked
     ), leased as (
       update command set status = 'LEASED', attempt = attempt + 1, started_at = coalesce(started_at, now()), superseded_at = null, updated_at = clock_timestamp(),
         lease_until = now() + make_interval(secs => timeout_seconds + $2)
       where id = (select id from next) returning *
     ), place as (
       update deployment set version = version + 1 where id = (select deployment_id from leased) returning id, version
     ), told as (
       insert into stream_event (stream_id, sequence, id, account_id, type, summary, subject_type, subject_id, changes_rights, data, at)
       select place.id, place.version, $3, leased.account_id, 'command.leased', leased.type || ' was handed to the agent.', 'Command', leased.id, false,
         jsonb_build_object('status', 'LEASED', 'previousStatus', 'QUEUED', 'detail', null), $4::timestamptz
       from leased, place
     )
     select * from leased`,
    [deploymentId, LEASE_MARGIN_SECONDS, newId('evt'), context.clock.now()],
  )
  if (!command) return null
  context.news.announce([deploymentId])
  context.metrics.commands.inc({ type: command.type, status: 'LEASED' })
  return command
}

/** The response was flushed: the agent has it. */
export async function markRunning(context: Context, claimed: CommandRow): Promise<void> {
  await moveClaimed(context, claimed, 'RUNNING')
}

/** The connection closed before the response was flushed: nobody has it. */
export async function returnToQueue(context: Context, claimed: CommandRow): Promise<void> {
  await moveClaimed(context, claimed, 'QUEUED', 'the connection closed before the command was delivered')
}

async function moveClaimed(
  context: Context,
  claimed: CommandRow,
  to: 'RUNNING' | 'QUEUED',
  detail?: string,
): Promise<void> {
  await context.database.transaction(async (transaction) => {
    const command = await lockCommand(transaction, claimed.id)
    // A quick agent may have reported before we came here, or the lease may be another one by now.
    if (command?.status === 'LEASED' && command.attempt === claimed.attempt)
      await moveCommand(context, transaction, command, { to, ...(detail ? { detail } : {}) })
  })
}
