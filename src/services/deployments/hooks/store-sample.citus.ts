import { sql } from 'kysely'
import type { ServerSample } from '#entities/deployments/server-metrics.entity.js'
import { functionForm } from '#services/kernel/database/forms.js'
import { inTransaction } from '#services/kernel/database/in-transaction.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { addLoad } from './server-metrics.sql.js'
import { storeSample } from './store-sample.js'

/** With two statements: an insert within a larger one is not sent to the machine of an account. */
const storeSampleOfOne = (
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
    await transaction.run(addLoad, { ...deployment, cpu, memory, disk })
  })

export const storeSampleForms = [
  functionForm(storeSample, (database, { deploymentId, accountId }, sample) =>
    storeSampleOfOne(database, { deploymentId, accountId }, sample),
  ),
]
