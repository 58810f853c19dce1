import type { AppStateRow } from '#entities/deployments/app-state.entity.js'

/** The reported state of one application or container, under the agent's names. A member is null if the report does not contain it. */
export interface AppWord extends Pick<AppStateRow, 'status' | 'containerState' | 'health'> {
  readonly appCode: string | null
  readonly containerName: string | null
  /** True: the stored health stays. False: the report replaces the stored health, also by null. */
  readonly keepsHealth: boolean
}

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

/** Name under which the server's own containers are stored, as agents expect. */
export const SYSTEM = 'system'
/** Represents all applications of a server. */
const ALL = 'all'
/** The first line of a report of health or of a restart, in which the agent sums it up. Log lines begin with a time. */
const SUMMARY = /^(restart )?status=(\S+) container_state=(\S+)$/

/**
 * Pure: reads the states of applications from a result: from `health` of one, of all (`all_health`, by containers) and of the system, and from
 * a restart, start or stop. Other results contain none.
 */
export function readAppStates(result: unknown): AppWord[] {
  const { type, status, containers } = (result ?? {}) as Record<string, unknown>
  switch (type) {
    case 'all_health':
      return Array.isArray(containers) ? containers.flatMap((container) => healthWord(container)) : []
    case 'system_health':
      return healthWord({ app_code: SYSTEM, status })
    case 'health':
      return healthWord(result)
    case 'restart':
    case 'start':
    case 'stop':
      return actionWord(result as Record<string, unknown>)
    default:
      return []
  }
}

/**
 * Pure: reads the state of an application from `apps/status`. A status of `all` is ignored: it holds for no single application. The agent sends
 * it after reports of health and of restarts, with a summary, and after reports of logs, whose success does not mean that the application is well.
 */
export function readAppStatus(appCode: string, status: string, logs: readonly string[] | null): AppWord[] {
  if (appCode === ALL || !STATUS[status]) return []
  const [, restarted, health, state] = SUMMARY.exec(logs?.[0] ?? '') ?? []
  const hasFailed = restarted !== undefined && health === 'failed'
  return [
    {
      appCode,
      containerName: null,
      status: hasFailed ? 'ERROR' : STATUS[status],
      containerState: known(state) ? state.slice(0, 100) : null,
      health: health === undefined || restarted ? null : (HEALTH[health] ?? 'UNKNOWN'),
      keepsHealth: logs !== null && health === undefined,
    },
  ]
}

function healthWord(container: unknown): AppWord[] {
  const { status, container_state: state, ...names } = (container ?? {}) as Record<string, unknown>
  return named(names, { ...stateOf(state), health: HEALTH[String(status)] ?? 'UNKNOWN' })
}

function actionWord({ status, container_state: state, ...names }: Record<string, unknown>): AppWord[] {
  const seen = stateOf(state)
  return named(names, { ...seen, status: status === 'failed' ? 'ERROR' : seen.status, health: null })
}

function named(
  { app_code: appCode, container_name: containerName }: Record<string, unknown>,
  word: Pick<AppWord, 'status' | 'containerState' | 'health'>,
): AppWord[] {
  const names = { appCode: nameOf(appCode), containerName: nameOf(containerName) }
  return names.appCode === null && names.containerName === null ? [] : [{ ...names, ...word, keepsHealth: false }]
}

const stateOf = (state: unknown): Pick<AppWord, 'status' | 'containerState'> =>
  typeof state === 'string' && state !== ''
    ? { status: STATUS[state] ?? null, containerState: state.slice(0, 100) }
    : { status: null, containerState: null }

const nameOf = (name: unknown): string | null =>
  typeof name === 'string' && name !== '' && name !== ALL && name.length <= 300 ? name : null

/** `unknown` is not stored as a state. */
const known = (state: string | undefined): state is string => state !== undefined && state !== 'unknown'
