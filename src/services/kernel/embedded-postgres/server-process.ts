import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** True if a process with this ID runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** A lock file can outlive its server and name another program; on Linux the command line shows that. */
export function servesCluster(pid: number, cluster: string): boolean {
  const commandLine = `/proc/${pid}/cmdline`
  if (!existsSync('/proc/self/cmdline')) return isAlive(pid)
  return existsSync(commandLine) && readFileSync(commandLine, 'utf8').includes(cluster)
}

/** Stops a server and waits until it has ended, at most 20 s. */
export async function stopProcess(pid: number, cluster: string): Promise<void> {
  if (!isAlive(pid)) return
  process.kill(pid, 'SIGINT')
  for (let waited = 0; existsSync(join(cluster, 'postmaster.pid')) || isAlive(pid); waited += 20) {
    if (waited > 20_000) throw new Error(`the embedded PostgreSQL (process ${pid}) did not stop within 20 s`)
    await new Promise((wake) => setTimeout(wake, 20))
  }
}
