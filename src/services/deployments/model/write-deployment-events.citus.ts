import { sql } from 'kysely'
import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'

/** An event of a deployment without its place in the stream. */
export type UnnumberedEvent = Pick<StreamEventRow, 'id' | 'type' | 'summary' | 'subjectType' | 'subjectId' | 'data'>

/** Writes events with the next sequences of a deployment, under the lock of its row, for the caller to publish after the commit. */
export async function writeDeploymentEvents(
  transaction: Sql,
  { id, accountId }: { readonly id: string; readonly accountId: string },
  events: readonly UnnumberedEvent[],
): Promise<StreamEventRow[]> {
  const { version } = await transaction.query
    .updateTable('deployment')
    .set((eb) => ({ version: eb('version', '+', events.length) }))
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .returning('version')
    .executeTakeFirstOrThrow()
  return insertDeploymentEvents(transaction, { id, accountId, version }, events)
}

/** Writes the events whose sequences end at the version of a deployment, which the caller has raised in this transaction. */
export async function insertDeploymentEvents(
  { query }: Sql,
  deployment: { readonly id: string; readonly accountId: string; readonly version: number },
  events: readonly UnnumberedEvent[],
): Promise<StreamEventRow[]> {
  const { id: streamId, accountId, version } = deployment
  const rows = events.map((event, index) => ({
    ...event,
    streamId,
    accountId,
    sequence: version - events.length + index + 1,
    changesEntitlements: false,
  }))
  const { at } = await query
    .insertInto('stream_event')
    .values(rows.map((row) => ({ ...row, at: sql<Date>`now()` })))
    .returning('at')
    .executeTakeFirstOrThrow()
  return rows.map((row) => ({ ...row, at, recordedAt: at }))
}
