import type { ServerSample } from '#entities/deployments/server-metrics.entity.js'
import { statement } from '#services/kernel/database/statement.js'

/** Stores the latest sample of a deployment's server. A sample that is older than the stored one changes nothing. */
export const storeSample = statement<{ deploymentId: string; accountId: string; metrics: ServerSample }>(`
  insert into server_metrics (deployment_id, account_id, metrics) values (:deploymentId, :accountId, :metrics)
  on conflict (deployment_id) do update set metrics = excluded.metrics, received_at = now()
  where (server_metrics.metrics ->> 'timestamp_ms')::float8 <= (excluded.metrics ->> 'timestamp_ms')::float8
`)
