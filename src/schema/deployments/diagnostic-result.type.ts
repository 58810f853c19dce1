import { field, objectType } from '../kernel/decorators.js'
import { REPORTED_APP_CODE } from '../kernel/descriptions.js'
import { DateTime, JSONValue, SafeInt } from '../kernel/scalars.js'
import { CommandError } from './command.type.js'
import { moreField } from './more-field.js'

@objectType('One line of a log.')
export class LogLine {
  readonly __typename!: 'LogLine'

  @field('Time as reported by the container.', () => String, { nullable: true })
  ts!: string | null

  @field('Stream of the line, for example `stdout`.', () => String, { nullable: true })
  stream!: string | null

  @field('Text of the line.', () => String)
  message!: string

  @field('Whether a secret was removed from the line.', () => Boolean)
  redacted!: boolean

  @moreField()
  more!: unknown
}

@objectType('Result of `logs`.')
export class LogsResult {
  readonly __typename!: 'LogsResult'

  @field(REPORTED_APP_CODE, () => String, { nullable: true })
  appCode!: string | null

  @field('Cursor of the next page. Null at the end.', () => String, { nullable: true })
  cursor!: string | null

  @field('Whether lines were omitted because of the limit.', () => Boolean)
  truncated!: boolean

  @field('Log lines, oldest first.', () => [LogLine])
  lines!: readonly LogLine[]

  @field('Errors reported by the agent.', () => [CommandError])
  errors!: readonly CommandError[]

  @moreField()
  more!: unknown
}

@objectType('Errors in the log of one application.')
export class AppErrorSummary {
  readonly __typename!: 'AppErrorSummary'

  @field(REPORTED_APP_CODE, () => String, { nullable: true })
  appCode!: string | null

  @field("Name of the application's container.", () => String, { nullable: true })
  containerName!: string | null

  @field('Number of errors found.', () => SafeInt, { nullable: true })
  errorCount!: number | null

  @field('Number of warnings found.', () => SafeInt, { nullable: true })
  warningCount!: number | null

  @field('Number of errors per category.', () => JSONValue, { nullable: true })
  errorCategories!: unknown

  @field('Examples of the errors found.', () => JSONValue, { nullable: true })
  sampleErrors!: unknown

  @field('Assessment as reported by the agent.', () => String, { nullable: true })
  agentStatus!: string | null

  @moreField()
  more!: unknown
}

@objectType('Result of `error_summary`.')
export class ErrorSummaryResult {
  readonly __typename!: 'ErrorSummaryResult'

  @field('Code of the application. Null for all applications.', () => String, { nullable: true })
  appCode!: string | null

  @field('Status as reported by the agent: `ok` or `issues_found`.', () => String, { nullable: true })
  agentStatus!: string | null

  @field('Number of hours analyzed.', () => Number, { nullable: true })
  hoursAnalyzed!: number | null

  @field('Number of containers analyzed.', () => SafeInt, { nullable: true })
  containersAnalyzed!: number | null

  @field('Errors per application.', () => [AppErrorSummary])
  apps!: readonly AppErrorSummary[]

  @field('Total number of errors.', () => SafeInt, { nullable: true })
  totalErrors!: number | null

  @field('Total number of warnings.', () => SafeInt, { nullable: true })
  totalWarnings!: number | null

  @field('Recommendations from the agent.', () => [String])
  recommendations!: readonly string[]

  @field('Errors reported by the agent.', () => [CommandError])
  errors!: readonly CommandError[]

  @moreField()
  more!: unknown
}

@objectType('Result of `server_resources`.')
export class ServerResourcesResult {
  readonly __typename!: 'ServerResourcesResult'

  @field("Time of the measurement (agent's clock).", () => DateTime, { nullable: true })
  collectedAt!: Date | null

  @field('CPU usage in percent.', () => Number, { nullable: true })
  cpuUsagePct!: number | null

  @field('Total memory, in bytes.', () => SafeInt, { nullable: true })
  memoryTotalBytes!: number | null

  @field('Used memory, in bytes.', () => SafeInt, { nullable: true })
  memoryUsedBytes!: number | null

  @field('Used memory in percent.', () => Number, { nullable: true })
  memoryUsedPct!: number | null

  @field('Total disk space, in bytes.', () => SafeInt, { nullable: true })
  diskTotalBytes!: number | null

  @field('Used disk space, in bytes.', () => SafeInt, { nullable: true })
  diskUsedBytes!: number | null

  @field('Used disk space in percent.', () => Number, { nullable: true })
  diskUsedPct!: number | null

  @field('Network data from the agent.', () => JSONValue, { nullable: true })
  network!: unknown

  @moreField()
  more!: unknown
}

@objectType('Result of `probe_endpoints`.')
export class ProbeEndpointsResult {
  readonly __typename!: 'ProbeEndpointsResult'

  @field(REPORTED_APP_CODE, () => String, { nullable: true })
  appCode!: string | null

  @field('Protocols that were detected.', () => [String])
  protocolsDetected!: readonly string[]

  @field('Endpoints found.', () => JSONValue, { nullable: true })
  endpoints!: unknown

  @field('HTML forms found.', () => JSONValue, { nullable: true })
  forms!: unknown

  @field('Diagnostics of the probe.', () => JSONValue, { nullable: true })
  diagnostics!: unknown

  @field("Time of the probe (agent's clock).", () => DateTime, { nullable: true })
  probedAt!: Date | null

  @moreField()
  more!: unknown
}
