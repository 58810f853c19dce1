import { z } from 'zod'
import {
  among,
  CONTAINER_STATES,
  listOrEmpty,
  numberOrNull,
  textOrNull,
  type Json,
} from '#services/deployments/model/normalize-fields.js'
import { reportType } from '#services/deployments/model/command-report.js'
import {
  appCode as reportedAppCode,
  decimal,
  enumValue,
  integer,
  listOf,
  moment,
  optional,
  reportedAs,
  resultType,
  text,
} from '#services/deployments/model/result-fields.js'
import { containerStatus, healthStatus } from '#services/deployments/model/result-states.js'
import { defineCommand } from '#services/deployments/model/define-command.js'
import { code, container, flag } from '#services/deployments/model/field-schemas.js'
import { isObject } from '#services/deployments/model/parameter-tree.js'

const healthScope = enumValue(
  'HealthScope',
  'Scope of a health check.',
  { APP: 'A single application.', ALL: 'All applications of the deployment.', SYSTEM: 'The server itself.' },
  'APP',
)

const containerMetrics = resultType(
  'ContainerMetrics',
  'Resource usage of a container.',
  {
    cpuPercent: reportedAs('cpu_pct', decimal()).describe('CPU usage in percent.'),
    memPercent: reportedAs('mem_pct', decimal()).describe('Memory usage in percent.'),
    memMb: decimal().describe('Memory in use, in MB.'),
    memLimitBytes: integer().describe('Memory limit, in bytes.'),
    rxBytes: integer().describe('Network bytes received by the container.'),
    txBytes: integer().describe('Network bytes sent by the container.'),
  },
  ['mem_usage_mb'],
)

const METRICS = 'Resource usage. Null if not measured.'

const containerHealth = resultType('ContainerHealth', 'Health of one container.', {
  appCode: reportedAppCode(),
  containerName: text().describe('Name of the container on the server.'),
  containerStatus: reportedAs('container_state', containerStatus).describe('Status of the container.'),
  healthStatus: reportedAs('status', healthStatus).describe('Health of the container.'),
  metrics: optional(containerMetrics).describe(METRICS),
})

const HEALTH = ['ok', 'unhealthy', 'degraded', 'unknown']

/** Dashboards read `mem_mb`; the agent calls it `mem_usage_mb`. */
const normalizeMetrics = (given: unknown): Json | null =>
  isObject(given)
    ? {
        ...given,
        cpu_pct: numberOrNull(given['cpu_pct']),
        mem_mb: numberOrNull(given['mem_mb']) ?? numberOrNull(given['mem_usage_mb']),
      }
    : null

const normalizeContainer = (item: Json): Json => ({
  ...item,
  container_state: among(CONTAINER_STATES, item['container_state'], 'unknown'),
  status: among(HEALTH, item['status'], 'unknown'),
  metrics: normalizeMetrics(item['metrics']),
})

/** Health of one application, of all (`all_health`, which can be degraded) or of the server (`system_health`). */
function normalizeHealth(result: Json): Json {
  const lists = ['containers', 'system_containers'].filter((name) => Array.isArray(result[name]))
  return {
    ...result,
    status: among(HEALTH, result['status'], 'unknown'),
    ...(lists.length ? {} : { container_state: among(CONTAINER_STATES, result['container_state'], 'unknown') }),
    last_heartbeat_at: textOrNull(result['last_heartbeat_at']),
    metrics: normalizeMetrics(result['metrics']),
    errors: listOrEmpty(result['errors']),
    ...Object.fromEntries(
      lists.map((name) => [
        name,
        listOrEmpty(result[name]).map((item) => (isObject(item) ? normalizeContainer(item) : item)),
      ]),
    ),
  }
}

export const health = defineCommand({
  type: 'health',
  summary: 'Checks the health of one or all applications.',
  readOnly: true,
  reservedAppCodes: ['all', 'system'],
  parameters: z.strictObject({
    app_code: code()
      .optional()
      .transform((given) => given ?? 'all')
      .describe('Application code; `all` for all applications, `system` for the server with `include_system`.'),
    container: container(),
    include_metrics: flag(true).describe('Whether to measure the containers.'),
    include_system: flag(false).describe('Whether to check the server itself.'),
  }),
  result: reportType(
    'HealthResult',
    'Result of `health`.',
    {
      scope: healthScope.describe('Scope of the check.'),
      healthStatus: reportedAs('status', healthStatus).describe('Health of the component.'),
      containerStatus: reportedAs('container_state', containerStatus).describe(
        'Status of the container. UNKNOWN if there are several.',
      ),
      lastHeartbeatAt: moment().describe("Time of the application's last sign of health (agent's clock)."),
      metrics: optional(containerMetrics).describe(METRICS),
      containerHealth: reportedAs('containers', listOf(containerHealth)).describe(
        'Health per container. Empty if only one was checked.',
      ),
    },
    ['system_containers'],
  ),
  // `type` distinguishes the three kinds of health checks; the containers of the server have a separate field name.
  arrangeResult: (result) => ({
    ...result,
    scope: { all_health: 'ALL', system_health: 'SYSTEM' }[String(result['type'])] ?? 'APP',
    app_code: result['app_code'] === 'all' ? null : result['app_code'],
    containers: result['containers'] ?? result['system_containers'],
  }),
  normalizeResult: normalizeHealth,
})
