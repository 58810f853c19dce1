/** A command as the server hands it out. */
export interface DemonstrationCommand {
  readonly command_id: string
  readonly type: string
  readonly parameters: Readonly<Record<string, unknown>>
}

/** State of the pretended server between commands. */
export interface DemonstrationState {
  readonly stopped: Set<string>
  restarts: number
}

interface Container {
  readonly app: string
  readonly image: string
  readonly port: number
  readonly cpuPercent: number
  readonly memoryMb: number
}

const MEGABYTE = 1_048_576
const MEMORY_LIMIT_MB = 512
const CONTAINERS: readonly Container[] = [
  { app: 'web', image: 'nginx:1.27', port: 80, cpuPercent: 1.8, memoryMb: 42 },
  { app: 'app', image: 'wordpress:6', port: 8080, cpuPercent: 7.4, memoryMb: 231 },
  { app: 'db', image: 'mariadb:11', port: 3306, cpuPercent: 3.1, memoryMb: 318 },
]

/** Result of a command on a server with three containers, plausible and the same every time. */
export function demonstrationResult(
  { type, parameters }: DemonstrationCommand,
  hash: string,
  state: DemonstrationState,
  now: Date,
): object {
  const app = typeof parameters['app_code'] === 'string' ? parameters['app_code'] : 'all'
  const common = { type, deployment_hash: hash, app_code: app, errors: [] }
  switch (type) {
    case 'restart':
    case 'start':
    case 'stop':
    case 'pause':
      return { ...common, ...changeState(type, app, state) }
    case 'health':
      return app === 'all' ? allHealth(common, state, now) : appHealth(common, app, state, now)
    case 'logs':
      return { ...common, cursor: null, truncated: false, lines: logLines(app, parameters['limit'], now) }
    case 'list_containers':
      return { ...common, ...containerList(state, now) }
    case 'error_summary':
      return { ...common, ...errorSummary() }
    case 'server_resources':
      return { ...common, ...SERVER, collected_at: now.toISOString() }
    case 'exec':
      return { ...common, exit_code: 0, stdout: 'This is a demonstration: nothing was executed.\n', stderr: '' }
    default:
      return { ...common, status: 'ok', message: 'This is a demonstration: nothing was changed.' }
  }
}

const SERVER = {
  cpu_usage_pct: 12.4,
  memory_total_bytes: 4096 * MEGABYTE,
  memory_used_bytes: 1389 * MEGABYTE,
  memory_used_pct: 33.9,
  disk_total_bytes: 81_920 * MEGABYTE,
  disk_used_bytes: 19_447 * MEGABYTE,
  disk_used_pct: 23.7,
}

function changeState(type: string, app: string, state: DemonstrationState) {
  const isEnd = type === 'stop' || type === 'pause'
  if (isEnd) state.stopped.add(app)
  else state.stopped.delete(app)
  if (type === 'restart') state.restarts++
  return { status: 'ok', container_state: isEnd ? 'exited' : 'running' }
}

const isStopped = ({ stopped }: DemonstrationState, app: string): boolean => stopped.has(app) || stopped.has('all')

const metricsOf = ({ cpuPercent, memoryMb }: Container) => ({
  cpu_pct: cpuPercent,
  mem_pct: (memoryMb / MEMORY_LIMIT_MB) * 100,
  mem_mb: memoryMb,
  mem_limit_bytes: MEMORY_LIMIT_MB * MEGABYTE,
  rx_bytes: memoryMb * 40_000,
  tx_bytes: memoryMb * 90_000,
})

const healthOf = (app: string, state: DemonstrationState) =>
  isStopped(state, app)
    ? { status: 'unhealthy', container_state: 'exited' }
    : { status: 'ok', container_state: 'running' }

function appHealth(common: object, app: string, state: DemonstrationState, now: Date): object {
  const container = CONTAINERS.find((each) => each.app === app) ?? CONTAINERS[0]!
  return { ...common, ...healthOf(app, state), last_heartbeat_at: now.toISOString(), metrics: metricsOf(container) }
}

function allHealth(common: object, state: DemonstrationState, now: Date): object {
  const containers = CONTAINERS.map((container) => ({
    app_code: container.app,
    container_name: nameOf(container),
    ...healthOf(container.app, state),
    metrics: metricsOf(container),
  }))
  const status = containers.every((each) => each.status === 'ok') ? 'ok' : 'degraded'
  return { ...common, type: 'all_health', status, last_heartbeat_at: now.toISOString(), containers }
}

const nameOf = ({ app }: Container): string => `demonstration-${app}-1`

const containerList = (state: DemonstrationState, now: Date) => ({
  listed_at: now.toISOString(),
  container_count: CONTAINERS.length,
  containers: CONTAINERS.map((container) => ({
    name: nameOf(container),
    status: isStopped(state, container.app) ? 'Exited (0)' : 'Up 3 hours',
    image: container.image,
    ports: [{ private: container.port, public: container.port }],
    cpu_pct: container.cpuPercent,
    mem_usage_bytes: container.memoryMb * MEGABYTE,
    mem_limit_bytes: MEMORY_LIMIT_MB * MEGABYTE,
    mem_pct: (container.memoryMb / MEMORY_LIMIT_MB) * 100,
    restart_count: state.restarts,
    labels: { 'com.docker.compose.service': container.app },
  })),
})

const errorSummary = () => ({
  status: 'issues_found',
  hours_analyzed: 24,
  containers_analyzed: CONTAINERS.length,
  total_errors: 2,
  total_warnings: 5,
  apps: [
    {
      app_code: 'app',
      container_name: 'demonstration-app-1',
      error_count: 2,
      warning_count: 5,
      error_categories: { timeout: 2 },
      sample_errors: ['upstream timed out while reading the response header'],
      status: 'issues_found',
    },
  ],
})

const LINE_MS = 7_000
const MAX_LINES = 120
const PATHS = ['/', '/shop', '/cart', '/wp-admin/admin-ajax.php', '/feed', '/robots.txt']

function logLines(app: string, limit: unknown, now: Date): object[] {
  const count = Math.min(typeof limit === 'number' ? limit : MAX_LINES, MAX_LINES)
  return Array.from({ length: count }, (_, index) => {
    const isError = index % 23 === 17
    const path = PATHS[index % PATHS.length]!
    return {
      ts: new Date(now.getTime() - (count - index) * LINE_MS).toISOString(),
      stream: isError ? 'stderr' : 'stdout',
      message: isError
        ? `[error] ${app}: upstream timed out while reading ${path}`
        : `GET ${path} 200 ${12 + ((index * 7) % 90)} ms`,
      redacted: false,
    }
  })
}
