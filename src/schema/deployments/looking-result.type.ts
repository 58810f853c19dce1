import { field, objectType } from '../kernel/decorators.js'
import { DateTime, JSONValue, SafeInt } from '../kernel/scalars.js'
import { CommandError } from './command.type.js'
import { moreField } from './more-field.js'

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

  @moreField()
  more!: unknown
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

  @moreField()
  more!: unknown
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

  @moreField()
  more!: unknown
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

  @moreField()
  more!: unknown
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

  @moreField()
  more!: unknown
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

  @moreField()
  more!: unknown
}
