import type { AppStateRow } from '../../../entities/deployments/app-state.entity.js'

/** What a report says of one application. A member is null when the report does not speak of it. */
export type SeenApp = Pick<AppStateRow, 'appCode' | 'status' | 'containerState' | 'health'>

const HEALTH: Readonly<Record<string, AppStateRow['health']>> = {
  ok: 'OK',
  degraded: 'UNHEALTHY',
  unhealthy: 'UNHEALTHY',
  unknown: 'UNKNOWN',
}

const STATUS: Readonly<Record<string, AppStateRow['status']>> = {
  running: 'RUNNING',
  starting: 'RUNNING',
  exited: 'STOPPED',
  stopped: 'STOPPED',
  failed: 'ERROR',
  error: 'ERROR',
}

/** Under this name the server's own containers are kept, as the agent asks for them. */
const SYSTEM = 'system'
/** Stands for every application of a server, and is none. */
const ALL = 'all'

/**
 * Pure: the applications that a result tells of. `health` of one, of all (`all_health`) and of the system; what came of a restart, start
 * or stop. Anything else tells nothing.
 */
export function readAppStates(result: unknown): SeenApp[] {
  const { type, status, containers } = (result ?? {}) as Record<string, unknown>
  switch (type) {
    case 'all_health':
      return Array.isArray(containers) ? containers.flatMap((container) => seenHealth(container)) : []
    case 'system_health':
      return [{ appCode: SYSTEM, status: null, containerState: null, health: HEALTH[String(status)] ?? 'UNKNOWN' }]
    case 'health':
      return seenHealth(result)
    case 'restart':
    case 'start':
    case 'stop':
      return seenAction(result as Record<string, unknown>)
    default:
      return []
  }
}

/** Pure: what `apps/status` says; of `all` it says nothing that holds for one. */
export const readAppStatus = (appCode: string, status: string): SeenApp[] =>
  appCode === ALL || !STATUS[status] ? [] : [{ appCode, status: STATUS[status], containerState: null, health: null }]

function seenHealth(container: unknown): SeenApp[] {
  const { app_code: appCode, status, container_state: state } = (container ?? {}) as Record<string, unknown>
  if (!isApp(appCode)) return []
  return [{ appCode, ...stateOf(state), health: HEALTH[String(status)] ?? 'UNKNOWN' }]
}

function seenAction({ app_code: appCode, status, container_state: state }: Record<string, unknown>): SeenApp[] {
  if (!isApp(appCode)) return []
  const seen = stateOf(state)
  return [{ appCode, ...seen, status: status === 'failed' ? 'ERROR' : seen.status, health: null }]
}

const stateOf = (state: unknown): Pick<SeenApp, 'status' | 'containerState'> =>
  typeof state === 'string' && state !== ''
    ? { status: STATUS[state] ?? null, containerState: state.slice(0, 100) }
    : { status: null, containerState: null }

const isApp = (appCode: unknown): appCode is string =>
  typeof appCode === 'string' && appCode !== '' && appCode !== ALL && appCode.length <= 100
