import type { Bench } from '../bench.js'
import { measureBackup } from './backup-restore.js'
import { measureTwoServers } from './two-processes.js'

/** What operators wait for: a backup that is proved, and what a second server brings. */
export async function benchmarkOperations(bench: Bench): Promise<void> {
  await measureBackup(bench)
  await measureTwoServers(bench)
}
