import type { ServerSample } from '#entities/deployments/server-metrics.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import * as statements from './server-metrics.sql.js'

/** Stores the latest sample of a deployment's server. A sample that is older than the stored one changes nothing. */
export const storeSample = async (
  database: Sql,
  { deploymentId, accountId }: { readonly deploymentId: string; readonly accountId: string },
  sample: ServerSample,
): Promise<void> => {
  await database.run(statements.storeSample, { deploymentId, accountId, metrics: sample })
}

/** The latest sample of a deployment's server, and the time of its arrival. */
export interface StoredSample {
  readonly deploymentId: string
  readonly metrics: ServerSample
  readonly receivedAt: Date
}

/** Latest samples of the servers of deployments, of those whose agents send them. */
export const samplesOf = ({ query }: Sql, deploymentIds: readonly string[]): Promise<StoredSample[]> =>
  query
    .selectFrom('server_metrics')
    .select(['deploymentId', 'metrics', 'receivedAt'])
    .where('deploymentId', 'in', deploymentIds)
    .execute()
