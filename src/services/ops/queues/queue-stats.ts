import type { QueueCode } from '#services/kernel/claim-loop/queues.js'
import { installedQueues, readQueues } from '#services/kernel/claim-loop/read-queues.js'
import { deadLetterCounts } from '../dead-letters/dead-letter-counts.js'
import type { OpsContext } from '../ops-context.js'

/** A queue as operators see it. */
export interface QueueSummary {
  readonly queue: QueueCode
  readonly waitingCount: number
  readonly oldestWaitingSeconds: number | null
  readonly deadCount: number
  readonly oldestDeadAt: Date | null
}

/** Waiting work and dead letters of every queue, also of the empty ones. Operators only. */
export async function queueStats(context: OpsContext): Promise<QueueSummary[]> {
  const [queues, letters] = await Promise.all([readQueues(context, context.clock.now()), deadLetterCounts(context)])
  const byName = new Map(queues.map((stats) => [stats.queue, stats]))
  return installedQueues(context.declared).map(({ name, code: queue, leased }) => {
    const { waiting, oldestSeconds, dead } = byName.get(name)!
    const letter = letters.find((counted) => counted.queue === queue)
    return {
      queue,
      waitingCount: waiting,
      oldestWaitingSeconds: waiting > 0 && leased ? Math.max(0, Math.round(oldestSeconds)) : null,
      deadCount: letter?.count ?? dead,
      oldestDeadAt: letter?.oldestAt ?? null,
    }
  })
}
