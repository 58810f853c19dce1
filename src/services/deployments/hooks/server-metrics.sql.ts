import type { ServerSample } from '#entities/deployments/server-metrics.entity.js'
import { statement } from '#services/kernel/database/statement.js'

/** Start of the period of a length in seconds to which a time belongs. */
const periodOf = (time: string, seconds: string): string =>
  `date_bin(make_interval(secs => ${seconds}), ${time}, timestamptz '2000-01-01 00:00:00+00')`

const MERGE = ['cpu', 'memory', 'disk']
  .flatMap((measure) => [
    `${measure}_count = server_load.${measure}_count + excluded.${measure}_count`,
    `${measure}_sum = server_load.${measure}_sum + excluded.${measure}_sum`,
    `${measure}_max = greatest(server_load.${measure}_max, excluded.${measure}_max)`,
  ])
  .join(', ')

/**
 * Stores the latest sample of a deployment's server, and adds it to the load of the minute. A sample that is older than the stored one
 * changes nothing.
 */
export const storeSample = statement<{ deploymentId: string; accountId: string; metrics: ServerSample }>(`
  with stored as (
    insert into server_metrics (deployment_id, account_id, metrics, received_at) values (:deploymentId, :accountId, :metrics, now())
    on conflict (deployment_id, account_id) do update set metrics = excluded.metrics, received_at = excluded.received_at
    where (server_metrics.metrics ->> 'timestamp_ms')::float8 <= (excluded.metrics ->> 'timestamp_ms')::float8
    returning deployment_id, account_id,
      (metrics ->> 'cpu_usage_pct')::float8 as cpu,
      (metrics ->> 'memory_used_pct')::float8 as memory,
      (metrics ->> 'disk_used_pct')::float8 as disk
  )
  insert into server_load (
    deployment_id, started_at, width, account_id, cpu_count, cpu_sum, cpu_max, memory_count, memory_sum, memory_max,
    disk_count, disk_sum, disk_max
  )
  select deployment_id, ${periodOf('now()', '60')}, 60, account_id,
    num_nonnulls(cpu), coalesce(cpu, 0), cpu, num_nonnulls(memory), coalesce(memory, 0), memory,
    num_nonnulls(disk), coalesce(disk, 0), disk
  from stored
  on conflict (deployment_id, started_at, width, account_id) do update set ${MERGE}
`)

/** Merges periods of one length that are older than some days into longer ones. Returns the number of merged periods. */
export const mergeLoad = statement<{ width: number; longer: number; days: number; limit: number }, { merged: number }>(`
  with old as (
    delete from server_load
    where (deployment_id, started_at, width) in (
      select deployment_id, started_at, width from server_load
      where width = :width and started_at < now() - make_interval(days => :days)
      order by started_at limit :limit
    )
    returning *
  ), longer as (
    insert into server_load (
      deployment_id, started_at, width, account_id, cpu_count, cpu_sum, cpu_max, memory_count, memory_sum, memory_max,
      disk_count, disk_sum, disk_max
    )
    select deployment_id, ${periodOf('started_at', ':longer')} as period, :longer, account_id,
      sum(cpu_count), sum(cpu_sum), max(cpu_max), sum(memory_count), sum(memory_sum), max(memory_max),
      sum(disk_count), sum(disk_sum), max(disk_max)
    from old group by deployment_id, account_id, period order by deployment_id, period
    on conflict (deployment_id, started_at, width, account_id) do update set ${MERGE}
  )
  select count(*)::int as merged from old
`)

/** A period of the load of a server: averages and maxima in percent. Null where nothing was measured. */
export interface LoadPeriod {
  readonly deploymentId: string
  readonly startedAt: Date
  readonly cpuAverage: number | null
  readonly cpuMax: number | null
  readonly memoryAverage: number | null
  readonly memoryMax: number | null
  readonly diskAverage: number | null
  readonly diskMax: number | null
}

/** Load of the servers of deployments in periods of a length in seconds, in order. */
export const readLoad = statement<
  { deploymentIds: readonly string[]; from: Date; to: Date; seconds: number },
  LoadPeriod
>(`
  select deployment_id, ${periodOf('server_load.started_at', ':seconds')} as started_at,
    sum(cpu_sum) / nullif(sum(cpu_count), 0) as cpu_average, max(cpu_max) as cpu_max,
    sum(memory_sum) / nullif(sum(memory_count), 0) as memory_average, max(memory_max) as memory_max,
    sum(disk_sum) / nullif(sum(disk_count), 0) as disk_average, max(disk_max) as disk_max
  from server_load
  where deployment_id = any(:deploymentIds) and server_load.started_at >= :from and server_load.started_at < :to
  group by 1, 2 order by 1, 2
`)
