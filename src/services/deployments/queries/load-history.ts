import type { Context } from '#services/kernel/context/context.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { readLoad, type LoadPeriod } from '../hooks/server-metrics.sql.js'

/** Seconds of one period of a history. */
export const LOAD_RESOLUTIONS = { MINUTE: 60, TEN_MINUTES: 600, HOUR: 3_600, DAY: 86_400 } as const
export type LoadResolution = keyof typeof LOAD_RESOLUTIONS

/** Period and resolution of a history; the members that are left out are decided by `decideLoadRange`. */
export interface LoadHistoryRequest {
  readonly from?: Date | null
  readonly to?: Date | null
  readonly resolution?: LoadResolution | null
}

/** A decided history. */
export interface LoadRange {
  readonly from: Date
  readonly to: Date
  readonly seconds: number
}

/** Maximum number of periods of a requested resolution, and of one that was left out. */
const MAX_PERIODS = 1_000
const USUAL_PERIODS = 300
const DAY_MS = 86_400_000

/** Pure: the last day by default, in the finest resolution with at most 300 periods. Throws if there are more than 1,000. */
export function decideLoadRange({ from, to, resolution }: LoadHistoryRequest, now: Date): LoadRange {
  const end = to ?? now
  const start = from ?? new Date(end.getTime() - DAY_MS)
  const length = (end.getTime() - start.getTime()) / 1000
  if (length <= 0) throw invalid('from', 'from must be before to.')
  const usual = Object.values(LOAD_RESOLUTIONS).find((seconds) => length / seconds <= USUAL_PERIODS)
  const seconds = resolution ? LOAD_RESOLUTIONS[resolution] : (usual ?? LOAD_RESOLUTIONS.DAY)
  if (length / seconds > MAX_PERIODS)
    throw invalid(
      resolution ? 'resolution' : 'from',
      `The range has more than ${MAX_PERIODS} points. Use a shorter range or a coarser resolution.`,
    )
  const period = seconds * 1000
  const first = Math.floor(start.getTime() / period) * period
  // The present period is complete, so that several deployments of one response are read together.
  return { from: new Date(first), to: to ?? new Date(Math.ceil(end.getTime() / period) * period), seconds }
}

const invalid = (field: string, message: string): AppError =>
  new AppError('BAD_USER_INPUT', message, { details: { field } })

/** History of the load of one server. @param load reads it together with those of other deployments */
export const loadHistory = (
  { timers }: Pick<Context, 'timers'>,
  load: (request: LoadRange & { readonly deploymentId: string }) => Promise<LoadPeriod[]>,
  deploymentId: string,
  request: LoadHistoryRequest,
): Promise<LoadPeriod[]> => load({ ...decideLoadRange(request, new Date(timers.now())), deploymentId })

/** Histories in the order of the requests: one statement for each different range. */
export async function loadHistories(
  database: Sql,
  requests: readonly (LoadRange & { readonly deploymentId: string })[],
): Promise<LoadPeriod[][]> {
  const groups = Map.groupBy(requests, ({ from, to, seconds }) => `${from.getTime()} ${to.getTime()} ${seconds}`)
  const found = new Map<string, Map<string, LoadPeriod[]>>()
  await Promise.all(
    [...groups].map(async ([key, group]) => {
      const { from, to, seconds } = group[0]!
      const deploymentIds = group.map(({ deploymentId }) => deploymentId)
      const periods = await database.rows(readLoad, { deploymentIds, from, to, seconds })
      found.set(
        key,
        Map.groupBy(periods, (period) => period.deploymentId),
      )
    }),
  )
  return requests.map(
    ({ from, to, seconds, deploymentId }) =>
      found.get(`${from.getTime()} ${to.getTime()} ${seconds}`)?.get(deploymentId) ?? [],
  )
}
