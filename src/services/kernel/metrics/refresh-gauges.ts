import { readQueues } from '../claim-loop/read-queues.js'
import type { Context } from '../context/context.js'

/**
 * Updates gauges from the database on each scrape. Without a database they are omitted, and all other metrics are
 * returned.
 */
export async function refreshGauges(context: Context): Promise<void> {
  const { metrics, database, clock, machineClock } = context
  metrics.databaseConnections.set(database.pool.totalCount)
  metrics.databaseWaiting.set(database.pool.waitingCount)
  metrics.clockSkew.set(machineClock.skewMs() / 1000)
  const gauges = [metrics.queueWaiting, metrics.queueOldest, metrics.queueDead]
  gauges.forEach((gauge) => gauge.reset())
  const queues = await readQueues(context, clock.now()).catch(() => [])
  for (const { queue, waiting, oldestSeconds, dead } of queues) {
    metrics.queueWaiting.set({ queue }, waiting)
    metrics.queueOldest.set({ queue }, Math.max(0, oldestSeconds))
    metrics.queueDead.set({ queue }, dead)
  }
}
