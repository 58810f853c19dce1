import { field, objectType } from '../kernel/decorators.js'
import { DateTime, JSONValue, SafeInt } from '../kernel/scalars.js'
import { CommandError } from './command.type.js'
import { moreField } from './more-field.js'
import { ContainerState, HealthScope, HealthStatus } from './result-states.type.js'

/** What a container uses. */
@objectType('What a container uses.')
export class ContainerMetrics {
  readonly __typename!: 'ContainerMetrics'

  @field('Share of the processor, in percent.', () => Number, { nullable: true })
  cpuPct!: number | null

  @field('Share of the memory, in percent.', () => Number, { nullable: true })
  memPct!: number | null

  @field('Memory in megabytes.', () => Number, { nullable: true })
  memMb!: number | null

  @field('The most memory that it may use.', () => SafeInt, { nullable: true })
  memLimitBytes!: number | null

  @field('Bytes received.', () => SafeInt, { nullable: true })
  rxBytes!: number | null

  @field('Bytes sent.', () => SafeInt, { nullable: true })
  txBytes!: number | null

  @moreField()
  more!: unknown
}

/** The health of one container. */
@objectType('The health of one container.')
export class ContainerHealth {
  readonly __typename!: 'ContainerHealth'

  @field('The application; null when the agent did not name one.', () => String, { nullable: true })
  appCode!: string | null

  @field('Its name on the server.', () => String, { nullable: true })
  containerName!: string | null

  @field('Its state.', () => ContainerState)
  containerState!: ContainerState

  @field('Whether it is well.', () => HealthStatus)
  status!: HealthStatus

  @field('What it uses; null when it was not measured.', () => ContainerMetrics, { nullable: true })
  metrics!: ContainerMetrics | null

  @moreField()
  more!: unknown
}

/** What `health` found. */
@objectType('What `health` found.')
export class HealthResult {
  readonly __typename!: 'HealthResult'

  @field('What was looked at.', () => HealthScope)
  scope!: HealthScope

  @field('The application; null for all of them and for the server.', () => String, { nullable: true })
  appCode!: string | null

  @field('Whether it is well.', () => HealthStatus)
  status!: HealthStatus

  @field('The state of its container; UNKNOWN when there are several.', () => ContainerState)
  containerState!: ContainerState

  @field('When its application was last seen to live.', () => DateTime, { nullable: true })
  lastHeartbeatAt!: Date | null

  @field('What it uses; null when it was not measured.', () => ContainerMetrics, { nullable: true })
  metrics!: ContainerMetrics | null

  @field('The containers, one by one, when several were looked at.', () => [ContainerHealth])
  containers!: readonly ContainerHealth[]

  @field('What went wrong on the way.', () => [CommandError])
  errors!: readonly CommandError[]

  @moreField()
  more!: unknown
}

/** A container on the server. */
@objectType('A container on the server.')
export class ListedContainer {
  readonly __typename!: 'ListedContainer'

  @field('Its name.', () => String, { nullable: true })
  name!: string | null

  @field('Its state, in the words of Docker.', () => String, { nullable: true })
  status!: string | null

  @field('Its image.', () => String, { nullable: true })
  image!: string | null

  @field('Its ports.', () => JSONValue, { nullable: true })
  ports!: unknown

  @field('Share of the processor, in percent.', () => Number, { nullable: true })
  cpuPct!: number | null

  @field('Memory in use.', () => SafeInt, { nullable: true })
  memUsageBytes!: number | null

  @field('The most memory that it may use.', () => SafeInt, { nullable: true })
  memLimitBytes!: number | null

  @field('Share of it, in percent.', () => Number, { nullable: true })
  memPct!: number | null

  @field('Bytes received.', () => SafeInt, { nullable: true })
  rxBytes!: number | null

  @field('Bytes sent.', () => SafeInt, { nullable: true })
  txBytes!: number | null

  @field('How often it was restarted.', () => SafeInt, { nullable: true })
  restartCount!: number | null

  @field('Its labels.', () => JSONValue, { nullable: true })
  labels!: unknown

  @field('Its last lines, when they were asked for.', () => JSONValue, { nullable: true })
  recentLogs!: unknown

  @moreField()
  more!: unknown
}

/** The containers on the server. */
@objectType('The containers on the server.')
export class ContainersResult {
  readonly __typename!: 'ContainersResult'

  @field('How many there are.', () => SafeInt, { nullable: true })
  containerCount!: number | null

  @field('The containers.', () => [ListedContainer])
  containers!: readonly ListedContainer[]

  @field('Which of them make which application.', () => JSONValue, { nullable: true })
  apps!: unknown

  @field('Those that belong to none.', () => JSONValue, { nullable: true })
  orphanContainers!: unknown

  @field('When they were listed.', () => DateTime, { nullable: true })
  listedAt!: Date | null

  @moreField()
  more!: unknown
}
