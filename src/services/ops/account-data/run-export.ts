import { createGzip } from 'node:zlib'
import { once } from 'node:events'
import type { PoolClient } from 'pg'
import type { AccountJobRow } from '#entities/ops/account-job.entity.js'
import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import type { Context } from '#services/kernel/context/context.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import { findTask } from './account-jobs.js'
import { INDIRECT_TABLES, ERASURE_POLICY, SECRET_COLUMN } from './erasure-policy.js'

/** The name and version of the document's form. */
export const EXPORT_FORMAT = 'stackgate-account-export/1'

const ROWS_AT_ONCE = 500
const PART_BYTES = 262_144

/**
 * Writes all data of an account into one JSON document, stored as gzip in pieces: one state of the database, table by
 * table, without secrets. An interrupted export starts again.
 */
export async function runExport(due: ScheduledJobRow, context: Context): Promise<void> {
  const { database } = context
  const task = await findTask(database, due.key)
  if (!task || task.state === 'COMPLETED') return
  await database.run(`delete from account_export_part where job_id = $1`, [task.id])
  await database.run(`update account_job set state = 'RUNNING', progress = 0 where id = $1`, [task.id])
  const writer = partWriter(context, task.id)
  const client = await database.pool.connect()
  let broken: Error | undefined
  try {
    await client.query('begin isolation level repeatable read read only')
    await writeDocument(context, client, task, writer.write)
    await client.query('commit')
  } catch (error) {
    broken = error as Error
    throw error
  } finally {
    client.release(broken)
  }
  await writer.end()
  await database.transaction(async (transaction) => {
    await transaction.run(
      `update account_job set state = 'COMPLETED', progress = 100, finished_at = $2 where id = $1`,
      [task.id, context.clock.now()],
    )
    await recordChange(transaction, {
      accountId: task.accountId,
      actor: task.requestedBy,
      action: 'account.exported',
      object: task.id,
    })
  })
}

type Write = (text: string) => Promise<void>

async function writeDocument(context: Context, client: PoolClient, task: AccountJobRow, write: Write): Promise<void> {
  const tables = [
    { table: 'account', where: 't.id = $1' },
    ...Object.entries(INDIRECT_TABLES).map(([table, where]) => ({ table, where })),
    ...ERASURE_POLICY.filter(({ exported }) => exported).map(({ table }) => ({ table, where: 't.account_id = $1' })),
  ]
  const head = { format: EXPORT_FORMAT, accountId: task.accountId, exportedAt: context.clock.now() }
  await write(`${JSON.stringify(head).slice(0, -1)},"tables":{`)
  for (const [place, { table, where }] of tables.entries()) {
    await write(`${place ? ',' : ''}\n${JSON.stringify(table)}:[`)
    await writeRows(client, table, where, task.accountId, write)
    await write(']')
    const progress = Math.floor(((place + 1) / tables.length) * 99)
    await context.database.run(`update account_job set progress = $2 where id = $1`, [task.id, progress])
  }
  await write('}}\n')
}

/** The rows of a table by a cursor: none of them is long in memory. */
async function writeRows(
  client: PoolClient,
  table: string,
  where: string,
  accountId: string,
  write: Write,
): Promise<void> {
  const { rows: columns } = await client.query<{ name: string }>(
    `select column_name as name from information_schema.columns where table_schema = current_schema() and table_name = $1`,
    [table],
  )
  const hidden = columns.filter(({ name }) => SECRET_COLUMN.test(name)).map(({ name }) => name)
  await client.query(
    `declare held cursor for select (to_jsonb(t) - $2::text[])::text as row from "${table}" t where ${where}`,
    [accountId, hidden],
  )
  for (let first = true; ;) {
    const { rows } = await client.query<{ row: string }>(`fetch ${ROWS_AT_ONCE} from held`)
    for (const { row } of rows) {
      await write(`${first ? '' : ','}\n${row}`)
      first = false
    }
    if (rows.length < ROWS_AT_ONCE) break
  }
  await client.query('close held')
}

/** Squeezes what is written, and keeps it piece by piece. */
function partWriter({ database }: Context, taskId: string): { write: Write; end(): Promise<void> } {
  const gzip = createGzip()
  let pieces: Buffer[] = []
  let size = 0
  let place = 0
  gzip.on('data', (piece: Buffer) => {
    pieces.push(piece)
    size += piece.length
  })
  const keep = async () => {
    if (size === 0) return
    const content = Buffer.concat(pieces)
    pieces = []
    size = 0
    await database.run(`insert into account_export_part (job_id, position, content) values ($1, $2, $3)`, [
      taskId,
      place++,
      content,
    ])
  }
  return {
    write: async (text) => {
      if (!gzip.write(text)) await once(gzip, 'drain')
      if (size >= PART_BYTES) await keep()
    },
    end: async () => {
      const ended = once(gzip, 'end')
      gzip.end()
      await ended
      await keep()
    },
  }
}

/** The pieces of a finished export in order, as gzip. */
export async function* exportContent({ database }: Pick<Context, 'database'>, taskId: string): AsyncGenerator<Buffer> {
  for (let place = 0; ; place++) {
    const part = await database.row<{ content: Buffer }>(
      `select content from account_export_part where job_id = $1 and position = $2`,
      [taskId, place],
    )
    if (!part) return
    yield part.content
  }
}
