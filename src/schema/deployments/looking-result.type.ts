import { field, objectType } from '../kernel/decorators.js'
import { DateTime, JSONValue, SafeInt } from '../kernel/scalars.js'
import { CommandError } from './command.type.js'
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
}

/** One line of a log. */
@objectType('One line of a log.')
export class LogLine {
  readonly __typename!: 'LogLine'

  @field('When it was written, as the container says it.', () => String, { nullable: true })
  ts!: string | null

  @field('The stream that it came from, as `stdout`.', () => String, { nullable: true })
  stream!: string | null

  @field('The line.', () => String)
  message!: string

  @field('Whether something secret was hidden in it.', () => Boolean)
  redacted!: boolean
}

/** Lines of a log. */
@objectType('Lines of a log.')
export class LogsResult {
  readonly __typename!: 'LogsResult'

  @field('The application; null when the agent did not name one.', () => String, { nullable: true })
  appCode!: string | null

  @field('Where to go on; null at the end.', () => String, { nullable: true })
  cursor!: string | null

  @field('Whether there was more than fits.', () => Boolean)
  truncated!: boolean

  @field('The lines, oldest first.', () => [LogLine])
  lines!: readonly LogLine[]

  @field('What went wrong on the way.', () => [CommandError])
  errors!: readonly CommandError[]
}

/** The errors in the log of one application. */
@objectType('The errors in the log of one application.')
export class AppErrors {
  readonly __typename!: 'AppErrors'

  @field('The application; null when the agent did not name one.', () => String, { nullable: true })
  appCode!: string | null

  @field('Its container.', () => String, { nullable: true })
  containerName!: string | null

  @field('Errors.', () => SafeInt, { nullable: true })
  errorCount!: number | null

  @field('Warnings.', () => SafeInt, { nullable: true })
  warningCount!: number | null

  @field('How many of which kind, by name.', () => JSONValue, { nullable: true })
  errorCategories!: unknown

  @field('Some of them.', () => JSONValue, { nullable: true })
  sampleErrors!: unknown

  @field('As the agent judges it.', () => String, { nullable: true })
  status!: string | null
}

/** Errors in the logs, counted and sorted. */
@objectType('Errors in the logs, counted and sorted.')
export class ErrorSummaryResult {
  readonly __typename!: 'ErrorSummaryResult'

  @field('The application; null for all of them.', () => String, { nullable: true })
  appCode!: string | null

  @field('`ok` or `issues_found`.', () => String, { nullable: true })
  status!: string | null

  @field('How far it looked back.', () => Number, { nullable: true })
  hoursAnalyzed!: number | null

  @field('How many containers it looked at.', () => SafeInt, { nullable: true })
  containersAnalyzed!: number | null

  @field('The applications, one by one.', () => [AppErrors])
  apps!: readonly AppErrors[]

  @field('Errors in all.', () => SafeInt, { nullable: true })
  totalErrors!: number | null

  @field('Warnings in all.', () => SafeInt, { nullable: true })
  totalWarnings!: number | null

  @field('What the agent recommends.', () => [String])
  recommendations!: readonly string[]

  @field('What went wrong on the way.', () => [CommandError])
  errors!: readonly CommandError[]
}

/** What the server has and uses. */
@objectType('What the server has and uses.')
export class ServerResourcesResult {
  readonly __typename!: 'ServerResourcesResult'

  @field('When it was measured.', () => DateTime, { nullable: true })
  collectedAt!: Date | null

  @field('Share of the processors, in percent.', () => Number, { nullable: true })
  cpuUsagePct!: number | null

  @field('Memory.', () => SafeInt, { nullable: true })
  memoryTotalBytes!: number | null

  @field('Memory in use.', () => SafeInt, { nullable: true })
  memoryUsedBytes!: number | null

  @field('The same in percent.', () => Number, { nullable: true })
  memoryUsedPct!: number | null

  @field('Space of the disk.', () => SafeInt, { nullable: true })
  diskTotalBytes!: number | null

  @field('Space in use.', () => SafeInt, { nullable: true })
  diskUsedBytes!: number | null

  @field('The same in percent.', () => Number, { nullable: true })
  diskUsedPct!: number | null

  @field('What the agent says of the network.', () => JSONValue, { nullable: true })
  network!: unknown
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
}

/** The interfaces that an application offers. */
@objectType('The interfaces that an application offers.')
export class ProbeResult {
  readonly __typename!: 'ProbeResult'

  @field('The application; null when the agent did not name one.', () => String, { nullable: true })
  appCode!: string | null

  @field('The protocols that were found.', () => [String])
  protocolsDetected!: readonly string[]

  @field('Its endpoints.', () => JSONValue, { nullable: true })
  endpoints!: unknown

  @field('Its forms.', () => JSONValue, { nullable: true })
  forms!: unknown

  @field('How it was looked for.', () => JSONValue, { nullable: true })
  diagnostics!: unknown

  @field('When.', () => DateTime, { nullable: true })
  probedAt!: Date | null
}
