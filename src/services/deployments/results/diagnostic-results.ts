import {
  decimal,
  errors,
  flag,
  integer,
  json,
  listOf,
  moment,
  optional,
  plainText,
  reportedAs,
  shape,
  text,
  texts,
} from './result-readers.js'
import { containerState, healthScope, healthStatus } from './result-states.js'

const containerMetrics = shape(
  'ContainerMetrics',
  {
    cpuPct: decimal,
    memPct: decimal,
    memMb: decimal,
    memLimitBytes: integer,
    rxBytes: integer,
    txBytes: integer,
  },
  ['mem_usage_mb'],
)

const containerHealth = shape('ContainerHealth', {
  appCode: text,
  containerName: text,
  containerState,
  healthStatus: reportedAs('status', healthStatus),
  metrics: optional(containerMetrics),
})

/** Result of `health`. */
export const healthResult = shape(
  'HealthResult',
  {
    scope: healthScope,
    appCode: text,
    healthStatus: reportedAs('status', healthStatus),
    containerState,
    lastHeartbeatAt: moment,
    metrics: optional(containerMetrics),
    containers: listOf(containerHealth),
    errors,
  },
  ['system_containers'],
)

const logLine = shape('LogLine', {
  ts: text,
  stream: text,
  message: plainText,
  redacted: flag,
})

/** Lines of a log. */
export const logsResult = shape('LogsResult', {
  appCode: text,
  cursor: text,
  truncated: flag,
  lines: listOf(logLine),
  errors,
})

const appErrors = shape('AppErrorSummary', {
  appCode: text,
  containerName: text,
  errorCount: integer,
  warningCount: integer,
  errorCategories: json,
  sampleErrors: json,
  agentStatus: reportedAs('status', text),
})

/** Errors in the logs, counted and sorted. */
export const errorSummaryResult = shape('ErrorSummaryResult', {
  appCode: text,
  agentStatus: reportedAs('status', text),
  hoursAnalyzed: decimal,
  containersAnalyzed: integer,
  apps: listOf(appErrors),
  totalErrors: integer,
  totalWarnings: integer,
  recommendations: texts,
  errors,
})

/** Resources and load of the server. */
export const serverResourcesResult = shape('ServerResourcesResult', {
  collectedAt: moment,
  cpuUsagePct: decimal,
  memoryTotalBytes: integer,
  memoryUsedBytes: integer,
  memoryUsedPct: decimal,
  diskTotalBytes: integer,
  diskUsedBytes: integer,
  diskUsedPct: decimal,
  network: json,
})

const listedContainer = shape('ContainerInfo', {
  name: text,
  agentStatus: reportedAs('status', text),
  image: text,
  ports: json,
  cpuPct: decimal,
  memUsageBytes: integer,
  memLimitBytes: integer,
  memPct: decimal,
  rxBytes: integer,
  txBytes: integer,
  restartCount: integer,
  labels: json,
  recentLogs: json,
})

/** The containers on the server. */
export const containersResult = shape('ListContainersResult', {
  containerCount: integer,
  containers: listOf(listedContainer),
  appContainers: reportedAs('apps', json),
  orphanContainers: json,
  listedAt: moment,
})

/** The interfaces that an application offers. */
export const probeResult = shape('ProbeEndpointsResult', {
  appCode: text,
  protocolsDetected: texts,
  endpoints: json,
  forms: json,
  diagnostics: json,
  probedAt: moment,
})
