import {
  decimal,
  errors,
  flag,
  json,
  listOf,
  moment,
  optional,
  plainText,
  shape,
  text,
  texts,
  whole,
} from './result-readers.js'
import { containerState, healthScope, healthStatus } from './result-states.js'

const containerMetrics = shape(
  'ContainerMetrics',
  {
    cpuPct: decimal,
    memPct: decimal,
    memMb: decimal,
    memLimitBytes: whole,
    rxBytes: whole,
    txBytes: whole,
  },
  ['mem_usage_mb'],
)

const containerHealth = shape('ContainerHealth', {
  appCode: text,
  containerName: text,
  containerState,
  status: healthStatus,
  metrics: optional(containerMetrics),
})

/** What `health` found. */
export const healthResult = shape(
  'HealthResult',
  {
    scope: healthScope,
    appCode: text,
    status: healthStatus,
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

const appErrors = shape('AppErrors', {
  appCode: text,
  containerName: text,
  errorCount: whole,
  warningCount: whole,
  errorCategories: json,
  sampleErrors: json,
  status: text,
})

/** Errors in the logs, counted and sorted. */
export const errorSummaryResult = shape('ErrorSummaryResult', {
  appCode: text,
  status: text,
  hoursAnalyzed: decimal,
  containersAnalyzed: whole,
  apps: listOf(appErrors),
  totalErrors: whole,
  totalWarnings: whole,
  recommendations: texts,
  errors,
})

/** What the server has and uses. */
export const serverResourcesResult = shape('ServerResourcesResult', {
  collectedAt: moment,
  cpuUsagePct: decimal,
  memoryTotalBytes: whole,
  memoryUsedBytes: whole,
  memoryUsedPct: decimal,
  diskTotalBytes: whole,
  diskUsedBytes: whole,
  diskUsedPct: decimal,
  network: json,
})

const listedContainer = shape('ListedContainer', {
  name: text,
  status: text,
  image: text,
  ports: json,
  cpuPct: decimal,
  memUsageBytes: whole,
  memLimitBytes: whole,
  memPct: decimal,
  rxBytes: whole,
  txBytes: whole,
  restartCount: whole,
  labels: json,
  recentLogs: json,
})

/** The containers on the server. */
export const containersResult = shape('ContainersResult', {
  containerCount: whole,
  containers: listOf(listedContainer),
  apps: json,
  orphanContainers: json,
  listedAt: moment,
})

/** The interfaces that an application offers. */
export const probeResult = shape('ProbeResult', {
  appCode: text,
  protocolsDetected: texts,
  endpoints: json,
  forms: json,
  diagnostics: json,
  probedAt: moment,
})
