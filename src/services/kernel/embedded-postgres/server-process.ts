import { existsSync, readFileSync } from 'node:fs'

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

/**
 * Program of the shell that becomes the server: $0 is PostgreSQL, $2 its data folder. Before, it starts a process that reads the pipe of the
 * owner. The pipe ends with the owner, also if that is killed, and then the process stops the server. It has no parent here, because PostgreSQL
 * looks at the ends of its children. Another program can have the ID of a server that ended: it does not name the data folder.
 */
export const SUPERVISED = `
if [ -r /proc/self/cmdline ]; then named() { tr '\\0' ' ' < "/proc/$$/cmdline"; }; else named() { ps -o args= -p $$; }; fi
( (
  read -r ended <&3
  while kill -0 $$; do
    case "$(named)" in *" $2 "*) kill -INT $$ ;; *) break ;; esac
    sleep 0.1
  done
) > /dev/null 2>&1 & )
exec "$0" "$@" 3<&-`

const STOP_MS = 60_000

/** Stops a server and waits until it has ended, at most a minute. */
export async function stopProcess(pid: number, cluster: string): Promise<void> {
  for (let waited = 0; isAlive(pid) && servesCluster(pid, cluster); waited += 20) {
    if (waited > STOP_MS) throw new Error(`the embedded PostgreSQL (process ${pid}) did not stop within a minute`)
    if (waited === 0) process.kill(pid, 'SIGINT')
    await new Promise((wake) => setTimeout(wake, 20))
  }
}
