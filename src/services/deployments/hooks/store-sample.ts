import type { Sql } from '#services/kernel/database/sql.js'

/** Load of a server, as the agent measures it. Bytes, percent, and its own milliseconds since 1970. */
export interface ServerSample {
  readonly timestamp_ms: number
  readonly [measure: string]: number
}

/** Keeps the latest sample of a deployment's server; one that was overtaken on its way changes nothing. */
export async function storeSample(
  sql: Sql,
  agent: { readonly deploymentId: string; readonly accountId: string },
  sample: ServerSample,
): Promise<void> {
  await sql.run(
    `insert into server_metrics (deployment_id, account_id, metrics) values ($1, $2, $3)
     on conflict (deployment_id) do update set metrics = excluded.metrics, received_at = now()
     where (server_metrics.metrics->>'timestamp_ms')::float8 <= (excluded.metrics->>'timestamp_ms')::float8`,
    [agent.deploymentId, agent.accountId, sample],
  )
}

/** The latest sample of a deployment's server, and when it came; undefined when its agent sends none. */
export const sampleOf = (
  sql: Sql,
  deploymentId: string,
): Promise<{ metrics: ServerSample; receivedAt: Date } | undefined> =>
  sql.row(`select metrics, received_at from server_metrics where deployment_id = $1`, [deploymentId])
