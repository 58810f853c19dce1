import { listPage } from '../kernel/connection.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'

@objectType("Load of a deployment's server, as measured by its agent, or its average within a period.")
export class ServerLoad {
  readonly __typename?: 'ServerLoad'

  @field("Time of the measurement (agent's clock). Null for a period.", () => DateTime, { nullable: true })
  measuredAt!: Date | null

  @field('Time the measurement arrived, or start of the period in which it did (machine clock).', () => DateTime)
  receivedAt!: Date

  @field('CPU usage in percent. Null if not measured.', () => Number, { nullable: true })
  cpuUsagePercent!: number | null

  @field('Highest CPU usage of the period, in percent. Null if not measured.', () => Number, { nullable: true })
  peakCpuUsagePercent!: number | null

  @field('Used memory, in bytes. Null if not measured.', () => SafeInt, { nullable: true })
  memoryUsedBytes!: number | null

  @field('Total memory, in bytes. Null if not measured.', () => SafeInt, { nullable: true })
  memoryTotalBytes!: number | null

  @field('Used memory in percent. Null if not measured.', () => Number, { nullable: true })
  memoryUsedPercent!: number | null

  @field('Highest use of memory of the period, in percent. Null if not measured.', () => Number, { nullable: true })
  peakMemoryUsedPercent!: number | null

  @field('Used disk space, in bytes. Null if not measured.', () => SafeInt, { nullable: true })
  diskUsedBytes!: number | null

  @field('Total disk space, in bytes. Null if not measured.', () => SafeInt, { nullable: true })
  diskTotalBytes!: number | null

  @field('Used disk space in percent. Null if not measured.', () => Number, { nullable: true })
  diskUsedPercent!: number | null

  @field('Highest use of disk space of the period, in percent. Null if not measured.', () => Number, { nullable: true })
  peakDiskUsedPercent!: number | null
}

export const LoadResolution = enumType('LoadResolution', 'Length of one period of a history of load.', {
  MINUTE: 'One minute. Kept for a day.',
  TEN_MINUTES: 'Ten minutes. Kept for seven days.',
  HOUR: 'One hour. Kept for 90 days.',
  DAY: 'One whole day.',
})
export type LoadResolution = keyof typeof LoadResolution

/** Its load is added by a resolver. */
@objectType('The server of a deployment.')
export class DeploymentServer {
  readonly __typename?: 'DeploymentServer'

  deploymentId!: string

  @field('Address of the server. Null if the installer has not reported it.', () => String, { nullable: true })
  address!: string | null
}

@objectType("A threshold that was crossed on a deployment's server, or its recovery.")
export class DeploymentAlarm {
  readonly __typename?: 'DeploymentAlarm'

  @field('Kind of the alarm, for example `high_cpu`.', () => String)
  kind!: string

  @field('Severity as reported by the agent, for example `critical`.', () => String)
  severity!: string

  @field('Explanation for people.', () => String)
  message!: string

  @field('Measured value.', () => Number)
  value!: number

  @field('Threshold that the value crossed.', () => Number)
  threshold!: number

  @field('Whether the value is within its threshold again.', () => Boolean)
  recovered!: boolean

  @field("Time of the alarm (agent's clock).", () => DateTime)
  occurredAt!: Date
}

/** A page of alarms. */
export const DeploymentAlarmConnection = listPage('DeploymentAlarm', 'alarms', () => DeploymentAlarm)
export type DeploymentAlarmConnection = InstanceType<typeof DeploymentAlarmConnection>

@objectType('A container on the server of a deployment, as its agent reported it last.')
export class DeploymentContainer {
  readonly __typename?: 'DeploymentContainer'

  @field('ID of the container on the server. Null if not reported.', () => String, { nullable: true })
  containerId!: string | null

  @field('Code of the application that the container belongs to. Null if unknown.', () => String, { nullable: true })
  appCode!: string | null

  @field('Status as the agent reported it, for example `running`; `unknown` if it reported none.', () => String)
  status!: string

  @field('Image of the container. Null if not reported.', () => String, { nullable: true })
  image!: string | null

  @field('Name of the container. Null if not reported.', () => String, { nullable: true })
  name!: string | null

  @field(
    'CPU usage in percent of one processor: 200 for a container that uses two. Null if the report has no number from 0 to 100,000.',
    () => Number,
    { nullable: true },
  )
  cpuPercent!: number | null

  @field('Memory in use, in bytes. Null if the report has no possible value.', () => SafeInt, { nullable: true })
  memoryUsedBytes!: number | null

  @field('Memory limit, in bytes. Null if the report has no possible value.', () => SafeInt, { nullable: true })
  memoryLimitBytes!: number | null

  @field('Time of the report (machine clock).', () => DateTime)
  observedAt!: Date
}
