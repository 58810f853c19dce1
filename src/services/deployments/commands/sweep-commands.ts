import { forEachSeparately } from '#services/kernel/event-loop/for-each-separately.js'
import { sql } from 'kysely'
import type { Context } from '#services/kernel/context/context.js'
import { secondsAgo } from '#services/kernel/database/query-builder.js'
import { IS_OUTSTANDING, IS_QUEUED } from '../model/select-commands.js'
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
  const overdue = await context.database.query
    .selectFrom('command')
    .selectAll()
    .where(IS_OUTSTANDING)
    .where((eb) => eb.or([eb('leaseUntil', '<', sql<Date>`now()`), eb('supersededAt', '<', secondsAgo(GRACE_SECONDS))]))
    .orderBy('id')
    .limit(AT_ONCE)
    .execute()
  await forEachSeparately(overdue, (command) =>
    tryTransitionCommand(
      context,
      context.database,
      command,
      decideOverdue(command, context.machineClock.now().getTime()),
    ),
  )
  return overdue.length
}

/** Expires commands that were not fetched in time. */
export async function expireCommands(context: Context): Promise<number> {
  const late = await context.database.query
    .selectFrom('command')
    .selectAll()
    .where(IS_QUEUED)
    .where('expiresAt', '<=', sql<Date>`now()`)
    .orderBy('expiresAt')
    .limit(AT_ONCE)
    .execute()
  await forEachSeparately(late, (command) =>
    tryTransitionCommand(context, context.database, command, {
      to: 'EXPIRED',
      detail: 'not fetched before it expired',
    }),
  )
  return late.length
}
