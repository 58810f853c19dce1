import type { Sql } from '../database/sql.js'
import { accountVersions, deploymentVersions, recentStreams, recentStreamsOf } from './events.sql.js'
import { accountOfDeploymentsTopic, deploymentsTopic, isStreamTopic, OPERATORS_TOPIC } from './topics.js'

/** Maximum number of streams that are checked one by one; above it, reading all recent events is cheaper. */
const LOOKED_AT = 200
const ACCOUNT = /^acc_/

/**
 * The poll that covers lost notifications: finds topics that are streams and have new events since the last poll. Every
 * event of an account increments its version, which is found however long its transaction took. A topic that is new to
 * the poll is always returned.
 */
export function createRecentTopics(sql: Sql): (topics: readonly string[]) => Promise<string[]> {
  const raisedAccounts = changesOf((accountIds) => sql.rows(accountVersions, { accountIds }))
  const raisedDeployments = changesOf((accountIds) => sql.rows(deploymentVersions, { accountIds }))
  const published = async (streams: readonly string[]): Promise<string[]> => {
    if (streams.length === 0) return []
    const rows =
      streams.length > LOOKED_AT
        ? await sql.rows(recentStreams)
        : await sql.rows(recentStreamsOf, { streamIds: streams })
    return rows.map(({ id }) => id)
  }
  return async (topics) => {
    const streams = topics.filter(isStreamTopic)
    const accounts = streams.filter((topic) => ACCOUNT.test(topic))
    const others = await published(streams.filter((topic) => !ACCOUNT.test(topic)))
    const owners = topics.flatMap((topic) => accountOfDeploymentsTopic(topic) ?? [])
    const deployments = await raisedDeployments.read(owners)
    const own = await raisedAccounts.read(accounts)
    // A new version is returned only once, so nothing may fail after this.
    return [
      ...others,
      ...raisedDeployments.take(deployments).map(deploymentsTopic),
      ...raisedAccounts.take(own),
      // Their events have no version. The index makes the read of their few followers cheap.
      ...topics.filter((topic) => topic === OPERATORS_TOPIC),
    ]
  }
}

interface Version {
  readonly id: string
  readonly version: number
}

/** Finds accounts whose version differs from the last time. */
function changesOf(load: (accountIds: readonly string[]) => Promise<Version[]>) {
  let versions = new Map<string, number>()
  return {
    read: async (accountIds: readonly string[]): Promise<Version[]> => (accountIds.length > 0 ? load(accountIds) : []),
    take: (rows: readonly Version[]): string[] => {
      const before = versions
      versions = new Map(rows.map(({ id, version }) => [id, version]))
      return [...versions.keys()].filter((id) => versions.get(id) !== before.get(id))
    },
  }
}
