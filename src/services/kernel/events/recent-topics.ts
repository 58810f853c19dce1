import type { Sql } from '../database/sql.js'

/** Streams that got an event in the last seconds: the poll that stands behind NOTIFY, independent of how many wait. */
export async function recentTopics(sql: Sql): Promise<string[]> {
  const rows = await sql.rows<{ streamId: string }>(
    `select distinct stream_id from stream_event where recorded_at > now() - interval '4 seconds'`,
  )
  return rows.map((row) => row.streamId)
}
