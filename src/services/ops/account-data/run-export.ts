import { createGzip } from 'node:zlib'
import { once } from 'node:events'
import { sql, type RawBuilder } from 'kysely'
import type { Tables } from '#entities/tables.js'
import type { AccountJobRow } from '#entities/ops/account-job.entity.js'
import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import { createSql, type Sql } from '#services/kernel/database/sql.js'
import type { Context } from '#services/kernel/context/context.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import { findTask } from './account-jobs.js'
import { listColumns } from '#services/kernel/database/list-columns.sql.js'
import { INDIRECT_TABLES, SECRET_COLUMN } from './exported-tables.js'

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
  await database.query
    .deleteFrom('account_export_part')
    .where('jobId', '=', task.id)
    .where('accountId', '=', task.accountId)
    .execute()
  await database.query
    .updateTable('account_job')
    .set({ state: 'RUNNING', progress: 0 })
    .where('id', '=', task.id)
    .where('accountId', '=', task.accountId)
    .execute()
  const writer = partWriter(context, task)
  const client = await database.pool.connect()
  let broken: Error | undefined
  try {
    await client.query('begin isolation level repeatable read read only')
    await writeDocument(context, createSql(client, database.newId), task, writer.write)
    await client.query('commit')
  } catch (error) {
    broken = error as Error
    throw error
  } finally {
    client.release(broken)
  }
  await writer.end()
  await database.transaction(async (transaction) => {
    await transaction.query
      .updateTable('account_job')
      .set({ state: 'COMPLETED', progress: 100, finishedAt: context.clock.now() })
      .where('id', '=', task.id)
      .where('accountId', '=', task.accountId)
      .execute()
    await recordChange(transaction, {
      accountId: task.accountId,
      actor: task.requestedBy,
      action: 'account.exported',
      object: task.id,
    })
  })
}

type Write = (text: string) => Promise<void>

async function writeDocument(context: Context, snapshot: Sql, task: AccountJobRow, write: Write): Promise<void> {
  const { query } = snapshot
  const { accountId } = task
  const isAccount = (column: string): RawBuilder<boolean> => sql<boolean>`t.${sql.ref(column)} = ${accountId}`
  const tables: { table: keyof Tables; where: RawBuilder<boolean> }[] = [
    { table: 'account', where: isAccount('id') },
    ...INDIRECT_TABLES.map(({ table, column, findIds }) => ({
      table,
      where: sql<boolean>`t.${sql.ref(column)} in (${findIds(query, accountId)})`,
    })),
    ...context.declared.erasure
      .filter(({ exported }) => exported)
      .map(({ table }) => ({
        table,
        where: isAccount('account_id'),
      })),
  ]
  const head = { format: EXPORT_FORMAT, accountId, exportedAt: context.clock.now() }
  await write(`${JSON.stringify(head).slice(0, -1)},"tables":{`)
  for (const [place, { table, where }] of tables.entries()) {
    await write(`${place ? ',' : ''}\n${JSON.stringify(table)}:[`)
    await writeRows(snapshot, table, where, write)
    await write(']')
    const progress = Math.floor(((place + 1) / tables.length) * 99)
    await context.database.query
      .updateTable('account_job')
      .set({ progress })
      .where('id', '=', task.id)
      .where('accountId', '=', task.accountId)
      .execute()
  }
  await write('}}\n')
}

/** Writes the rows of a table with a cursor, so that only a few of them are in memory. */
async function writeRows(snapshot: Sql, table: keyof Tables, where: RawBuilder<boolean>, write: Write): Promise<void> {
  const { query } = snapshot
  const columns = await snapshot.rows(listColumns, { table })
  const hidden = columns.map(({ name }) => name).filter((name) => SECRET_COLUMN.test(name))
  const rows = query
    .selectFrom(sql`${sql.table(table)}`.as('t'))
    .select(sql<string>`(to_jsonb(t) - ${hidden}::text[])::text`.as('row'))
    .where(where)
  await sql`declare exported_row cursor for ${rows}`.execute(query)
  for (let first = true; ;) {
    const fetched = await sql<{ row: string }>`fetch ${sql.lit(ROWS_AT_ONCE)} from exported_row`.execute(query)
    for (const { row } of fetched.rows) {
      await write(`${first ? '' : ','}\n${row}`)
      first = false
    }
    if (fetched.rows.length < ROWS_AT_ONCE) break
  }
  await sql`close exported_row`.execute(query)
}

/** Compresses what is written, and stores it in pieces. */
function partWriter(
  { database }: Context,
  task: Pick<AccountJobRow, 'id' | 'accountId'>,
): { write: Write; end(): Promise<void> } {
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
    await database.query
      .insertInto('account_export_part')
      .values({ jobId: task.id, accountId: task.accountId, position: place++, content })
      .execute()
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
export async function* exportContent(
  { database }: Pick<Context, 'database'>,
  { id, accountId }: Pick<AccountJobRow, 'id' | 'accountId'>,
): AsyncGenerator<Buffer> {
  for (let place = 0; ; place++) {
    const part = await database.query
      .selectFrom('account_export_part')
      .select('content')
      .where('jobId', '=', id)
      .where('accountId', '=', accountId)
      .where('position', '=', place)
      .$narrowType<{ content: Buffer }>()
      .executeTakeFirst()
    if (!part) return
    yield part.content
  }
}
