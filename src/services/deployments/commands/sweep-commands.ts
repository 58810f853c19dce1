import { OUTSTANDING_STATUSES } from '../../../entities/deployments/command-state.js'
import type { Context } from '../../kernel/context/context.js'
import { isReadOnly } from './command-catalogue.js'
import { lockCommand, moveCommand } from './move-command.js'

/** Seconds in which a report may still cross the poll that said nothing of it. */
const GRACE_SECONDS = 5

const OVERDUE = `status in ('LEASED', 'RUNNING') and (lease_until < now() or superseded_at < now() - make_interval(secs => ${GRACE_SECONDS}))`

/** Commands whose agent has polled again, or whose lease is over: what only looks is handed out again, the rest is lost and says so. */
export async function sweepCommands(context: Context): Promise<number> {
  const overdue = await context.database.rows<{ id: string }>(
    `select id from command where ${OVERDUE} order by id limit 200`,
  )
  for (const { id } of overdue) await sweep(context, id)
  return overdue.length
}

async function sweep(context: Context, id: string): Promise<void> {
  await context.database.transaction(async (transaction) => {
    const command = await lockCommand(transaction, id)
    if (
      !command ||
      !OUTSTANDING_STATUSES.includes(command.status) ||
      !(await isOverdue(transaction.row.bind(transaction), id))
    )
      return
    const why = command.supersededAt
      ? 'the agent polled again without reporting it'
      : 'its lease has ended without a report'
    if (isReadOnly(command.type, command.parameters))
      await moveCommand(context, transaction, command, {
        to: 'QUEUED',
        detail: `${why}; it only looks, so it is handed out again`,
      })
    else
      await moveCommand(context, transaction, command, {
        to: 'LOST',
        detail: why,
        outcome: { result: null, error: { code: 'LOST', message: why, details: null }, warnings: command.warnings },
      })
  })
}

async function isOverdue(
  row: <Row>(text: string, values?: readonly unknown[]) => Promise<Row | undefined>,
  id: string,
): Promise<boolean> {
  return (await row(`select 1 from command where id = $1 and ${OVERDUE}`, [id])) !== undefined
}
