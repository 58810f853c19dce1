import type { OpsContext } from '../ops-context.js'
import { readQueues } from '../queues/queue-stats.js'

/** Gauges whose truth is in the database are read when somebody looks. Without a database they are left out, and everything else is told. */
export async function refreshGauges(context: OpsContext): Promise<void> {
  const { metrics, database, clock, machineClock } = context
  metrics.databaseConnections.set(database.pool.totalCount)
  metrics.databaseWaiting.set(database.pool.waitingCount)
  metrics.clockSkew.set(machineClock.skewMs() / 1000)
  const gauges = [metrics.queueWaiting, metrics.queueOldest, metrics.queueDead]
  gauges.forEach((gauge) => gauge.reset())
  const queues = await readQueues(database, clock.now()).catch(() => [])
  for (const { queue, waiting, oldestSeconds, dead } of queues) {
    metrics.queueWaiting.set({ queue }, waiting)
    metrics.queueOldest.set({ queue }, Math.max(0, oldestSeconds))
    metrics.queueDead.set({ queue }, dead)
  }
}
