import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import type { Context } from '#services/kernel/context/context.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { pause, readWhenPossible, type OpenedStream } from '#services/kernel/events/follow-stream.js'
import type { StoredSample } from '../hooks/store-sample.js'

/** Type of the items of `withLoad`. */
export const LOAD_EVENT = 'server.load'

/** Interval of the reads. Agents measure less often. */
const INTERVAL_MS = 5_000
const MAX_SAMPLES = 1_000

/**
 * A stream of an account's deployments with the new loads of their servers. They are not stored as events, so that a measurement without
 * followers costs nothing more. They have no number, the cursor of the event before, and an ID by which they cannot be read again.
 */
export function withLoad(
  { database, timers }: Pick<Context, 'database' | 'timers'>,
  accountId: string,
  stream: OpenedStream,
): OpenedStream {
  const follow: OpenedStream['follow'] = async function* (signal) {
    const events = stream.follow(signal)
    let { cursor } = stream
    let since = new Date(timers.now())
    let event = events.next()
    let tick = pause(timers, INTERVAL_MS, signal).then(() => null)
    try {
      for (;;) {
        const turn = await Promise.race([event, tick])
        if (turn?.done || signal.aborted) return
        if (turn) {
          ;({ cursor } = turn.value)
          yield turn.value
          event = events.next()
          continue
        }
        for (const sample of (await readWhenPossible(() => samplesSince(database, accountId, since))) ?? []) {
          since = sample.receivedAt
          yield { kind: 'event', event: toLoadEvent(accountId, sample), cursor }
        }
        tick = pause(timers, INTERVAL_MS, signal).then(() => null)
      }
    } finally {
      await events.return()
    }
  }
  return { ...stream, follow }
}

const samplesSince = ({ query }: Sql, accountId: string, since: Date): Promise<StoredSample[]> =>
  query
    .selectFrom('deployment')
    .innerJoin('server_metrics', (join) =>
      join
        .onRef('server_metrics.deploymentId', '=', 'deployment.id')
        .onRef('server_metrics.accountId', '=', 'deployment.accountId'),
    )
    .select(['server_metrics.deploymentId', 'server_metrics.metrics', 'server_metrics.receivedAt'])
    .where('deployment.accountId', '=', accountId)
    .where('server_metrics.receivedAt', '>', since)
    .orderBy('server_metrics.receivedAt')
    .limit(MAX_SAMPLES)
    .execute()

function toLoadEvent(accountId: string, { deploymentId, metrics, receivedAt }: StoredSample): StreamEventRow {
  const measured = (name: string) => metrics[name] ?? null
  return {
    streamId: deploymentId,
    sequence: 0,
    id: `${deploymentId.replace(/^dep/, 'lod')}_${receivedAt.getTime()}`,
    accountId,
    type: LOAD_EVENT,
    summary: 'The load of the server was measured.',
    subjectType: 'Deployment',
    subjectId: deploymentId,
    changesEntitlements: false,
    data: {
      measuredAt: new Date(metrics.timestamp_ms).toISOString(),
      cpuUsagePercent: measured('cpu_usage_pct'),
      memoryUsedPercent: measured('memory_used_pct'),
      diskUsedPercent: measured('disk_used_pct'),
    },
    at: receivedAt,
    recordedAt: receivedAt,
  }
}
