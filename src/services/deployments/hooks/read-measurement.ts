import type { ServerSample } from '#entities/deployments/server-metrics.entity.js'

/** Load of a server in a result of `server_resources`. The time is null if the agent did not report one. */
export interface Measurement {
  readonly measuredAt: Date | null
  readonly measures: Readonly<Record<string, number>>
}

/** Members of which a measurement has at least one. */
const LOADS = ['cpu_usage_pct', 'memory_used_pct', 'disk_used_pct']

/** Pure: reads the load from the result of a command. Null for results of other commands, and for one without a load. */
export function readMeasurement(command: string, result: unknown): Measurement | null {
  if (command !== 'server_resources') return null
  const { collected_at: collectedAt, exit_code: _, ...reported } = (result ?? {}) as Record<string, unknown>
  const measures = Object.entries(reported).filter((entry): entry is [string, number] => Number.isFinite(entry[1]))
  if (!measures.some(([name]) => LOADS.includes(name))) return null
  const time = typeof collectedAt === 'string' ? Date.parse(collectedAt) : Number.NaN
  return { measuredAt: Number.isNaN(time) ? null : new Date(time), measures: Object.fromEntries(measures) }
}

/** The measurement in the form of the agent's metrics. */
export const toSample = ({ measuredAt, measures }: Measurement, now: Date): ServerSample => ({
  ...measures,
  timestamp_ms: (measuredAt ?? now).getTime(),
})
