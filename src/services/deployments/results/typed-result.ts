import { isObject } from '../commands/parameters/parameter-tree.js'
import { MASK } from '../redaction/redaction-rules.js'

type Json = Readonly<Record<string, unknown>>
type View = (result: Json) => Json

/**
 * Pure: an agent's result with stable names. Known members have one name and one set of values; others are unchanged,
 * as is a value that is not an object. Never throws.
 */
export function typedResult(commandType: string, result: unknown): unknown {
  if (!isObject(result)) return result ?? null
  const view = VIEWS[commandType]
  return view ? view(result) : result
}

const CONTAINER_STATES = ['running', 'starting', 'exited', 'failed', 'unknown'] as const

/** A value of a closed set in any case, or the default. */
function among(values: readonly string[], given: unknown, otherwise: string): string {
  const text = typeof given === 'string' ? given.toLowerCase() : ''
  return values.includes(text) ? text : otherwise
}
const list = (given: unknown): readonly unknown[] => (Array.isArray(given) ? given : [])
const text = (given: unknown): string | null => (typeof given === 'string' ? given : null)
const number = (given: unknown): number | null => (typeof given === 'number' ? given : null)

/** Dashboards read `mem_mb`; the agent calls it `mem_usage_mb`. */
function metrics(given: unknown): Json | null {
  if (!isObject(given)) return null
  return {
    ...given,
    cpu_pct: number(given['cpu_pct']),
    mem_mb: number(given['mem_mb']) ?? number(given['mem_usage_mb']),
  }
}

const container: View = (item) => ({
  ...item,
  container_state: among(CONTAINER_STATES, item['container_state'], 'unknown'),
  status: among(['ok', 'unhealthy', 'degraded', 'unknown'], item['status'], 'unknown'),
  metrics: metrics(item['metrics']),
})

/** Health of one application, of all (`all_health`, which can be degraded) or of the server (`system_health`). */
const health: View = (result) => {
  const lists = ['containers', 'system_containers'].filter((name) => Array.isArray(result[name]))
  return {
    ...result,
    status: among(['ok', 'unhealthy', 'degraded', 'unknown'], result['status'], 'unknown'),
    ...(lists.length ? {} : { container_state: among(CONTAINER_STATES, result['container_state'], 'unknown') }),
    last_heartbeat_at: text(result['last_heartbeat_at']),
    metrics: metrics(result['metrics']),
    errors: list(result['errors']),
    ...Object.fromEntries(
      lists.map((name) => [name, list(result[name]).map((item) => (isObject(item) ? container(item) : item))]),
    ),
  }
}

/** A line of a log. `redacted` is also true if the agent itself masked something. */
const logLine = (ts: string | null, stream: string, message: string, redacted: boolean): Json => ({
  ts,
  stream,
  message,
  redacted: redacted || message.includes(MASK),
})

/** Streams other than stdout and stderr occur (`console` of a terminal) and are kept. */
const logs: View = (result) => ({
  ...result,
  cursor: text(result['cursor']),
  truncated: result['truncated'] === true,
  lines: list(result['lines']).map((line) =>
    isObject(line)
      ? {
          ...line,
          ...logLine(
            text(line['ts']),
            text(line['stream']) ?? 'stdout',
            text(line['message']) ?? '',
            line['redacted'] === true,
          ),
        }
      : logLine(null, 'stdout', text(line) ?? JSON.stringify(line), false),
  ),
})

const switching: View = (result) => ({
  ...result,
  status: among(['ok', 'failed'], result['status'], 'failed'),
  container_state: among(CONTAINER_STATES, result['container_state'], 'unknown'),
  errors: list(result['errors']),
})

const firewall: View = (result) => {
  const said = among(['ok', 'partial_success', 'partialsuccess', 'failed'], result['status'], 'failed')
  return {
    ...result,
    status: said === 'partialsuccess' ? 'partial_success' : said,
    rules: list(result['rules']),
    errors: list(result['errors']),
  }
}

const listing: View = (result) => ({
  ...result,
  containers: list(result['containers']),
  apps: list(result['apps']),
  orphan_containers: list(result['orphan_containers']),
})

const VIEWS: Readonly<Record<string, View>> = {
  health,
  logs,
  restart: switching,
  start: switching,
  stop: switching,
  configure_firewall: firewall,
  list_containers: listing,
}
