import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import { statement } from '#services/kernel/database/statement.js'
import { selectLatest } from '../model/latest-commands.sql.js'

/** The containers and the configuration in the latest reports of a deployment. */
export interface ReportedDeployment {
  readonly deploymentId: string
  readonly hash: string
  readonly apps: DeploymentRow['apps']
  /** Null if no report has listed containers. */
  readonly containers: readonly ReportedContainer[] | null
  readonly containersReportedAt: Date | null
  /** Null if the configuration was never compared. */
  readonly hasDrift: boolean | null
}

/** Names, state and measurements of a container under the first of the names that agents use. */
export interface ReportedContainer {
  readonly id: string | null
  /** Code of the application that it belongs to. */
  readonly app: string | null
  readonly name: string | null
  readonly state: string | null
  readonly image: string | null
  /** In percent of one processor: a container that uses two has 200. Null if not reported, or no possible value. */
  readonly cpuPercent: number | null
  /** Whole bytes. Null if not reported, or no possible value. */
  readonly memoryUsedBytes: number | null
  readonly memoryLimitBytes: number | null
}

const MAX_CONTAINERS = 500
const MAX_CHARACTERS = 300
/** A thousand processors. */
const MAX_CPU_PERCENT = 100_000
const BYTES_OF_MB = 1_048_576

const textOf = (...names: readonly string[]) =>
  `left(coalesce(${names.map((name) => `jsonb_path_query_first(item, '$.${name} ? (@.type() == "string")') #>> '{}'`).join(', ')}), ${MAX_CHARACTERS})`

/** The first member that is a number of the range, as JSON. Other values count as not reported. */
const numberOf = (maximum: number, ...names: readonly string[]) =>
  `coalesce(${names.map((name) => `jsonb_path_query_first(item, '$.${name} ? (@.type() == "number" && @ >= 0 && @ <= ${maximum})')`).join(', ')})`
const bytesOf = (name: string) => numberOf(Number.MAX_SAFE_INTEGER, name, `metrics.${name}`)
/** Results of `health` give the memory in use in megabytes. */
const megabytesOf = numberOf(
  Math.floor(Number.MAX_SAFE_INTEGER / BYTES_OF_MB),
  'metrics.mem_mb',
  'metrics.mem_usage_mb',
)

/** Reads only these parts of the reports, which can have 16 MiB, and cuts what no dashboard shows. */
export const readReportedDeployments = statement<{ deploymentIds: readonly string[] }, ReportedDeployment>(`
  with latest as materialized (
    ${selectLatest('id, deployment_id, type, status')}
  ), listing as materialized (
    select distinct on (command.deployment_id) command.deployment_id, command.id
    from latest join command on command.id = latest.id
    where latest.type in ('list_containers', 'health') and jsonb_typeof(command.result -> 'containers') = 'array'
    order by command.deployment_id, command.id desc
  ), comparison as materialized (
    select distinct on (latest.deployment_id) latest.deployment_id, latest.id
    from latest where latest.type = 'config_diff' and latest.status = 'SUCCEEDED'
    order by latest.deployment_id, latest.id desc
  )
  select deployment.id as deployment_id, deployment.hash, deployment.apps,
    (
      select jsonb_agg(jsonb_build_object(
        'id', ${textOf('id', 'container_id')}, 'app', ${textOf('app_code', 'app')},
        'name', ${textOf('container_name', 'name')}, 'state', ${textOf('container_state', 'state', 'status')},
        'image', ${textOf('image')}, 'cpuPercent', ${numberOf(MAX_CPU_PERCENT, 'cpu_pct', 'metrics.cpu_pct')},
        'memoryUsedBytes', floor(coalesce(${bytesOf('mem_usage_bytes')}::numeric, ${megabytesOf}::numeric * ${BYTES_OF_MB})),
        'memoryLimitBytes', floor(${bytesOf('mem_limit_bytes')}::numeric)
      ) order by position)
      from jsonb_array_elements(listed.result -> 'containers') with ordinality as container (item, position)
      where position <= ${MAX_CONTAINERS} and jsonb_typeof(item) = 'object'
    ) as containers,
    coalesce(listed.finished_at, listed.updated_at) as containers_reported_at,
    case when jsonb_typeof(compared.result) = 'object' then coalesce(compared.result -> 'has_drift' = 'true', false) end as has_drift
  from deployment
  left join listing on listing.deployment_id = deployment.id
  left join command listed on listed.id = listing.id and listed.account_id = deployment.account_id
  left join comparison on comparison.deployment_id = deployment.id
  left join command compared on compared.id = comparison.id and compared.account_id = deployment.account_id
  where deployment.id = any(:deploymentIds)
`)
