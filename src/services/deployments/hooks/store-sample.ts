import type { ServerSample } from '#entities/deployments/server-metrics.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import * as statements from './server-metrics.sql.js'

/** Stores the latest sample of a deployment's server. A sample that is older than the stored one changes nothing. */
export async function storeSample(
  database: Sql,
  agent: { readonly deploymentId: string; readonly accountId: string },
  sample: ServerSample,
): Promise<void> {
  const { deploymentId, accountId } = agent
  await database.run(statements.storeSample, { deploymentId, accountId, metrics: sample })
}

/** The latest sample of a deployment's server, and the time of its arrival. Undefined if its agent sends none. */
export const sampleOf = (
  { query }: Sql,
  deploymentId: string,
): Promise<{ metrics: ServerSample; receivedAt: Date } | undefined> =>
  query
    .selectFrom('server_metrics')
    .select(['metrics', 'receivedAt'])
    .where('deploymentId', '=', deploymentId)
    .executeTakeFirst()
