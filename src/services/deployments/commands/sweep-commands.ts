import type { CommandRow } from '#entities/deployments/command.entity.js'
import type { Context } from '#services/kernel/context/context.js'
import { decideOverdue } from './decide-overdue.js'
import { tryTransitionCommand } from './transition-command.js'

/** Seconds in which a report may still cross the poll that said nothing of it. */
const GRACE_SECONDS = 5
const AT_ONCE = 200

/**
 * Handles commands whose agent has polled again, or whose lease has ended: read-only commands are redelivered, others
 * are lost.
 */
export async function sweepCommands(context: Context): Promise<number> {
  const overdue = await context.database.rows<CommandRow>(
    `select * from command where status in ('LEASED', 'RUNNING')
       and (lease_until < now() or superseded_at < now() - make_interval(secs => $1)) order by id limit $2`,
    [GRACE_SECONDS, AT_ONCE],
  )
  for (const command of overdue)
    await tryTransitionCommand(
      context,
      context.database,
      command,
      decideOverdue(command, context.machineClock.now().getTime()),
    )
  return overdue.length
}

/** Expires commands that were not fetched in time. */
export async function expireCommands(context: Context): Promise<number> {
  const late = await context.database.rows<CommandRow>(
    `select * from command where status = 'QUEUED' and expires_at <= now() order by expires_at limit $1`,
    [AT_ONCE],
  )
  for (const command of late)
    await tryTransitionCommand(context, context.database, command, {
      to: 'EXPIRED',
      detail: 'not fetched before it expired',
    })
  return late.length
}
