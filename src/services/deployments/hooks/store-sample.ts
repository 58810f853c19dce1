import { sql } from 'kysely'
import type { ServerSample } from '#entities/deployments/server-metrics.entity.js'
import { inTransaction } from '#services/kernel/database/in-transaction.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import type { Sql } from '#services/kernel/database/sql.js'
import * as statements from './server-metrics.sql.js'

/** Stores the latest sample of a deployment's server. A sample that is older than the stored one changes nothing. */
export async function storeSample(
  database: Sql,
  agent: { readonly deploymentId: string; readonly accountId: string },
  sample: ServerSample,
): Promise<void> {
  const { deploymentId, accountId } = agent
  if (database.isDistributed) return storeOnShard(database, { deploymentId, accountId }, sample)
  await database.run(statements.storeSample, { deploymentId, accountId, metrics: sample })
}

/** The same with two statements, because Citus sends no insert within a larger one to the machine of an account. */
const storeOnShard = (
  database: Sql,
  deployment: { readonly deploymentId: string; readonly accountId: string },
  sample: ServerSample,
): Promise<void> =>
  inTransaction(database, async (transaction) => {
    const { numInsertedOrUpdatedRows } = await transaction.query
      .insertInto('server_metrics')
      .values({ ...deployment, metrics: jsonb(sample), receivedAt: sql<Date>`now()` })
      .onConflict((conflict) =>
        conflict
          .columns(['deploymentId', 'accountId'])
          .doUpdateSet((eb) => ({
            metrics: eb.ref('excluded.metrics'),
            receivedAt: eb.ref('excluded.receivedAt'),
          }))
          .where(
            sql<boolean>`(server_metrics.metrics ->> 'timestamp_ms')::float8 <= (excluded.metrics ->> 'timestamp_ms')::float8`,
          ),
      )
      .executeTakeFirstOrThrow()
    if (!numInsertedOrUpdatedRows) return
    const { cpu_usage_pct: cpu = null, memory_used_pct: memory = null, disk_used_pct: disk = null } = sample
    await transaction.run(statements.addLoad, { ...deployment, cpu, memory, disk })
  })

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
