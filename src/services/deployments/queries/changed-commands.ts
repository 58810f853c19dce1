import { sql } from 'kysely'
import type { CommandRow } from '#entities/deployments/command.entity.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import type { Context } from '#services/kernel/context/context.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { byTime, exactTime, readRows } from '#services/kernel/paging/read-rows.js'
import { awaitNotification } from '../commands/await-command.js'
import { requireDeployment } from '../model/deployment-queries.js'
import { selectCommands } from '../model/select-commands.js'

export interface ChangedCommandsRequest {
  readonly deploymentHash: string
  /** Only commands whose state changed after this moment, by machine time. */
  readonly since: Date | null
  /** Only commands whose state changed after the place of this cursor. */
  readonly after: string | null
  readonly limit: number
  /** Maximum wait for the first change. Only with `since` or `after`. */
  readonly waitMs: number
}

export interface ChangedCommands {
  readonly commands: readonly CommandRow[]
  /** Cursor behind the last command. Null for the newest commands, and if nothing has changed. */
  readonly next: string | null
}

const MILLISECOND_MS = 1
/** A page without a limit reads one row more than it has. */
const ALL = Number.MAX_SAFE_INTEGER - 1

const endOfMillisecond = (exactly: string) =>
  sql<Date>`date_trunc('milliseconds', ${exactly}::timestamptz) + interval '1 millisecond'`

/**
 * A deployment's newest commands; or those that changed since a moment or a cursor, oldest change first, as soon as there is one. The times
 * of changes are taken under the lock of the deployment, so that no change appears behind a cursor later.
 */
export async function changedCommands(
  context: Context & IdentityContext,
  { deploymentHash, since, after, limit, waitMs }: ChangedCommandsRequest,
): Promise<ChangedCommands> {
  const { id: deploymentId } = await requireDeployment(context, deploymentHash, 'deployments:read')
  const ofDeployment = selectCommands(context.database).where('deploymentId', '=', deploymentId)
  if (since !== null && after !== null)
    throw new AppError('BAD_REQUEST', 'Use either since or after.', { details: { field: 'after' } })
  if (since === null && after === null)
    return { commands: await ofDeployment.orderBy('id', 'desc').limit(limit).execute(), next: null }

  const all = ofDeployment.select(exactTime('updatedAt'))
  const pageAfter = (cursor: string | null, first: number, commands: typeof all) =>
    readRows({ first, after: cursor }, `commands ${deploymentId}`, commands, {
      by: [byTime('updatedAt'), 'id'],
      ascending: true,
    })
  return awaitNotification(context, deploymentId, waitMs, async () => {
    // Callers who send a time know it to the millisecond, and the database to the microsecond. So the present millisecond is left out until
    // it is over, and a page ends with the last command of its millisecond.
    if (since !== null) await context.timers.delay(MILLISECOND_MS)
    const changed = all.$if(since !== null, (query) =>
      query
        .where('updatedAt', '>=', sql<Date>`${since}::timestamptz + interval '1 millisecond'`)
        .where('updatedAt', '<', sql<Date>`date_trunc('milliseconds', statement_timestamp())`),
    )
    const page = await pageAfter(after, limit, changed)
    const last = page.items.at(-1)
    const more =
      since !== null && page.hasNextPage && last
        ? await pageAfter(page.cursors.at(-1)!, ALL, changed.where('updatedAt', '<', endOfMillisecond(last.exactTime)))
        : null
    const commands = [...page.items, ...(more?.items ?? [])]
    const next = more?.cursors.at(-1) ?? page.cursors.at(-1) ?? after
    return { value: { commands, next }, done: commands.length > 0 }
  })
}
