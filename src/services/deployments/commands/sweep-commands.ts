import { sweepAll } from '#services/kernel/event-loop/for-each-separately.js'
import { sql } from 'kysely'
import type { Context } from '#services/kernel/context/context.js'
import { secondsAgo } from '#services/kernel/database/query-builder.js'
import { IS_OUTSTANDING, IS_QUEUED } from '../model/select-commands.js'
import { decideOverdue } from './decide-overdue.js'
import { tryTransitionCommand } from './transition-command.js'

/** Seconds in which a report may still cross the poll that said nothing of it. */
const GRACE_SECONDS = 5

/**
 * Handles commands whose agent has polled again, or whose lease has ended: read-only commands are redelivered, others
 * are lost.
 */
export const sweepCommands = (context: Context): Promise<number> =>
  sweepAll(
    (after, limit) =>
      context.database.query
        .selectFrom('command')
        .selectAll()
        .where(IS_OUTSTANDING)
        .where((eb) =>
          eb.or([eb('leaseUntil', '<', sql<Date>`now()`), eb('supersededAt', '<', secondsAgo(GRACE_SECONDS))]),
        )
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute(),
    (command) =>
      tryTransitionCommand(
        context,
        context.database,
        command,
        decideOverdue(command, context.machineClock.now().getTime()),
      ),
  )

/** Expires commands that were not fetched in time. */
export const expireCommands = (context: Context): Promise<number> =>
  sweepAll(
    (after, limit) =>
      context.database.query
        .selectFrom('command')
        .selectAll()
        .where(IS_QUEUED)
        .where('expiresAt', '<=', sql<Date>`now()`)
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute(),
    (command) =>
      tryTransitionCommand(context, context.database, command, {
        to: 'EXPIRED',
        detail: 'not fetched before it expired',
      }),
  )
