import type { Sql } from '../database/sql.js'
import { accountVersions, recentStreams, recentStreamsOf } from './events.sql.js'

/** Maximum number of streams that are checked one by one; above it, reading all recent events is cheaper. */
const LOOKED_AT = 200
const STREAM = /^[a-z]{3}_/
const ACCOUNT = /^acc_/

/**
 * The poll that covers lost notifications: finds topics that are streams and have new events since the last poll. Every
 * event of an account increments its version, which is found however long its transaction took. A topic that is new to
 * the poll is always returned.
 */
export function createRecentTopics(sql: Sql): (topics: readonly string[]) => Promise<string[]> {
  let versions = new Map<string, number>()
  const raised = async (accounts: readonly string[]): Promise<string[]> => {
    const rows = accounts.length > 0 ? await sql.rows(accountVersions, { accountIds: accounts }) : []
    const before = versions
    versions = new Map(rows.map(({ id, version }) => [id, version]))
    return [...versions.keys()].filter((id) => versions.get(id) !== before.get(id))
  }
  const published = async (streams: readonly string[]): Promise<string[]> => {
    if (streams.length === 0) return []
    const rows =
      streams.length > LOOKED_AT
        ? await sql.rows(recentStreams)
        : await sql.rows(recentStreamsOf, { streamIds: streams })
    return rows.map(({ id }) => id)
  }
  return async (topics) => {
    const streams = topics.filter((topic) => STREAM.test(topic))
    const accounts = streams.filter((topic) => ACCOUNT.test(topic))
    // A new version is returned only once, so nothing may fail after this query.
    const others = await published(streams.filter((topic) => !ACCOUNT.test(topic)))
    return [...others, ...(await raised(accounts))]
  }
}
