import type { Bench } from '../bench.js'
import { measureBackup } from './backup-restore.js'
import { measureTwoServers } from './two-processes.js'

/** Operations benchmarks: a verified backup, and the gain of a second server. */
export async function benchmarkOperations(bench: Bench): Promise<void> {
  await measureBackup(bench)
  await measureTwoServers(bench)
}
