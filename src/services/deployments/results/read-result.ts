import { isObject } from '../commands/parameters/parameter-tree.js'
import {
  appliedConfigResult,
  configDiffResult,
  fetchedConfigResult,
  fetchedConfigsResult,
  firewallResult,
  proxyResult,
} from './configuration-results.js'
import {
  containersResult,
  errorSummaryResult,
  healthResult,
  logsResult,
  probeResult,
  serverResourcesResult,
} from './diagnostic-results.js'
import { pipeResult } from './pipe-results.js'
import { containerActionResult, deployResult, execResult, removeResult, shellResult } from './lifecycle-results.js'

type Json = Readonly<Record<string, unknown>>

const inner = (result: Json, name: string): Json => (isObject(result[name]) ? result[name] : {})

/** `type` distinguishes the three kinds of health checks; the containers of the server have a separate field name. */
const health = (result: Json) =>
  healthResult({
    ...result,
    scope: { all_health: 'ALL', system_health: 'SYSTEM' }[String(result['type'])] ?? 'APP',
    app_code: result['app_code'] === 'all' ? null : result['app_code'],
    containers: result['containers'] ?? result['system_containers'],
  })

const pipe = (result: Json) => pipeResult({ ...inner(result, 'lifecycle'), ...result, state: pipeState(result) })
const pipeState = (result: Json) => inner(result, 'lifecycle')['state'] ?? (result['active'] === true ? 'active' : null)

const READERS = {
  health,
  logs: logsResult,
  list_containers: containersResult,
  restart: containerActionResult,
  start: containerActionResult,
  stop: containerActionResult,
  error_summary: errorSummaryResult,
  deploy_app: deployResult,
  deploy_with_configs: deployResult,
  remove_app: removeResult,
  fetch_config: (result: Json) => fetchedConfigResult({ ...inner(result, 'config'), ...result }),
  apply_config: appliedConfigResult,
  fetch_all_configs: fetchedConfigsResult,
  config_diff: (result: Json) => configDiffResult({ ...inner(result, 'summary'), ...result }),
  configure_proxy: proxyResult,
  configure_firewall: firewallResult,
  exec: execResult,
  server_resources: serverResourcesResult,
  probe_endpoints: probeResult,
  activate_pipe: pipe,
  deactivate_pipe: pipe,
  trigger_pipe: pipe,
}

/** Result of a type that only the operator allows: the output of a command line, or the raw value. */
const other = (value: Json) =>
  'exit_code' in value || 'stdout' in value ? shellResult(value) : { __typename: 'UntypedResult' as const, value }

/** A result by the type of its command, as GraphQL clients read it. */
export type ReadResult = ReturnType<(typeof READERS)[keyof typeof READERS]> | ReturnType<typeof other>

/**
 * Pure: typed view of an agent's result per command type. Missing fields are null or empty; a result that is not an
 * object has no typed view and stays raw. Never throws.
 */
export function readResult(commandType: string, result: unknown): ReadResult | null {
  if (!isObject(result)) return null
  const read = Object.hasOwn(READERS, commandType) ? READERS[commandType as keyof typeof READERS] : other
  return read(result)
}
