import { field, objectType } from '../kernel/decorators.js'
import { REPORTED_APP_CODE } from '../kernel/descriptions.js'
import { DateTime, JSONValue, SafeInt } from '../kernel/scalars.js'
import { CommandError } from './command.type.js'
import { moreField } from './more-field.js'
import { ContainerState, HealthScope, HealthStatus } from './result-states.type.js'

@objectType('Resource usage of a container.')
export class ContainerMetrics {
  readonly __typename!: 'ContainerMetrics'

  @field('CPU usage in percent.', () => Number, { nullable: true })
  cpuPct!: number | null

  @field('Memory usage in percent.', () => Number, { nullable: true })
  memPct!: number | null

  @field('Memory in use, in MB.', () => Number, { nullable: true })
  memMb!: number | null

  @field('Memory limit, in bytes.', () => SafeInt, { nullable: true })
  memLimitBytes!: number | null

  @field('Network bytes received by the container.', () => SafeInt, { nullable: true })
  rxBytes!: number | null

  @field('Network bytes sent by the container.', () => SafeInt, { nullable: true })
  txBytes!: number | null

  @moreField()
  more!: unknown
}

@objectType('Health of one container.')
export class ContainerHealth {
  readonly __typename!: 'ContainerHealth'

  @field(REPORTED_APP_CODE, () => String, { nullable: true })
  appCode!: string | null

  @field('Name of the container on the server.', () => String, { nullable: true })
  containerName!: string | null

  @field('State of the container.', () => ContainerState)
  containerState!: ContainerState

  @field('Health of the container.', () => HealthStatus)
  healthStatus!: HealthStatus

  @field('Resource usage. Null if not measured.', () => ContainerMetrics, { nullable: true })
  metrics!: ContainerMetrics | null

  @moreField()
  more!: unknown
}

@objectType('Result of `health`.')
export class HealthResult {
  readonly __typename!: 'HealthResult'

  @field('Scope of the check.', () => HealthScope)
  scope!: HealthScope

  @field('Code of the application. Null for all applications and for the server.', () => String, { nullable: true })
  appCode!: string | null

  @field('Health of the component.', () => HealthStatus)
  healthStatus!: HealthStatus

  @field('State of the container. UNKNOWN if there are several.', () => ContainerState)
  containerState!: ContainerState

  @field("Time of the application's last sign of health.", () => DateTime, { nullable: true })
  lastHeartbeatAt!: Date | null

  @field('Resource usage. Null if not measured.', () => ContainerMetrics, { nullable: true })
  metrics!: ContainerMetrics | null

  @field('Health per container. Empty if only one was checked.', () => [ContainerHealth])
  containers!: readonly ContainerHealth[]

  @field('Errors reported by the agent.', () => [CommandError])
  errors!: readonly CommandError[]

  @moreField()
  more!: unknown
}

@objectType('A container on the server.')
export class ContainerInfo {
  readonly __typename!: 'ContainerInfo'

  @field('Name of the container.', () => String, { nullable: true })
  name!: string | null

  @field('Status as reported by Docker.', () => String, { nullable: true })
  agentStatus!: string | null

  @field('Image of the container.', () => String, { nullable: true })
  image!: string | null

  @field('Published ports of the container.', () => JSONValue, { nullable: true })
  ports!: unknown

  @field('CPU usage in percent.', () => Number, { nullable: true })
  cpuPct!: number | null

  @field('Memory in use, in bytes.', () => SafeInt, { nullable: true })
  memUsageBytes!: number | null

  @field('Memory limit, in bytes.', () => SafeInt, { nullable: true })
  memLimitBytes!: number | null

  @field('Memory usage in percent.', () => Number, { nullable: true })
  memPct!: number | null

  @field('Network bytes received by the container.', () => SafeInt, { nullable: true })
  rxBytes!: number | null

  @field('Network bytes sent by the container.', () => SafeInt, { nullable: true })
  txBytes!: number | null

  @field('Number of restarts.', () => SafeInt, { nullable: true })
  restartCount!: number | null

  @field('Labels of the container.', () => JSONValue, { nullable: true })
  labels!: unknown

  @field('Last log lines. Null if not requested.', () => JSONValue, { nullable: true })
  recentLogs!: unknown

  @moreField()
  more!: unknown
}

@objectType('Result of `list_containers`.')
export class ListContainersResult {
  readonly __typename!: 'ListContainersResult'

  @field('Number of containers.', () => SafeInt, { nullable: true })
  containerCount!: number | null

  @field('Containers on the server.', () => [ContainerInfo])
  containers!: readonly ContainerInfo[]

  @field('Containers per application.', () => JSONValue, { nullable: true })
  appContainers!: unknown

  @field('Containers that belong to no application.', () => JSONValue, { nullable: true })
  orphanContainers!: unknown

  @field("Time of the listing (agent's clock).", () => DateTime, { nullable: true })
  listedAt!: Date | null

  @moreField()
  more!: unknown
}
