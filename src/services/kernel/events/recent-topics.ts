import type { Sql } from '../database/sql.js'

/** Up to so many streams are looked at one by one; more of them cost more than looking through all that happened. */
const LOOKED_AT = 200
const STREAM = /^[a-z]{3}_/

const LATEST = `
  select wanted.id from unnest($1::text[]) as wanted (id) where exists (
    select from (select recorded_at from stream_event where stream_id = wanted.id order by sequence desc limit 1) latest
    where latest.recorded_at > now() - interval '4 seconds')`
const ALL = `select distinct stream_id as id from stream_event where recorded_at > now() - interval '4 seconds'`

/** Those of the topics that are streams and got an event in the last seconds: the poll that stands behind NOTIFY. */
export async function recentTopics(sql: Sql, topics: readonly string[]): Promise<string[]> {
  const streams = topics.filter((topic) => STREAM.test(topic))
  if (streams.length === 0) return []
  const rows =
    streams.length > LOOKED_AT ? await sql.rows<{ id: string }>(ALL) : await sql.rows<{ id: string }>(LATEST, [streams])
  return rows.map(({ id }) => id)
}
