// Processes that a test file started end with it. A process that is left holds the output of the run open, so that the run would not end.
import { subscribe } from 'node:diagnostics_channel'
import { readdirSync, readFileSync } from 'node:fs'

/** Processes that this one started and that run. */
const running = new Set()

subscribe('child_process', ({ process: child }) => {
  running.add(child)
  child.once('exit', () => running.delete(child))
  child.once('error', () => child.pid === undefined && running.delete(child))
})

const GRACE_MS = 5_000

function signal(pid, name) {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended.
  }
}

/** Ends the processes that a test file has left, with all that they started. */
export async function endChildren() {
  const left = [...running].filter(({ pid, exitCode, signalCode }) => pid && exitCode === null && signalCode === null)
  if (left.length === 0) return
  const ended = left.map((child) => new Promise((resolve) => child.once('exit', resolve)))
  for (const { pid } of left) {
    killDescendants(pid)
    signal(pid, 'SIGKILL')
  }
  await Promise.race([Promise.all(ended), new Promise((resolve) => setTimeout(resolve, GRACE_MS).unref())])
}

/** Kills what a process started, the grandchildren too. PostgreSQL releases its shared memory when it is stopped by a signal. */
export function killDescendants(parent) {
  for (const { pid, program } of childrenOf(parent)) {
    killDescendants(pid)
    signal(pid, program.startsWith('postgres') ? 'SIGQUIT' : 'SIGKILL')
  }
}

/** Where there is no /proc (macOS), the cleaner of the run ends what is left. */
function childrenOf(parent) {
  try {
    return readdirSync('/proc').flatMap((name) => {
      const found = /^\d+$/.test(name) && /^\d+ \((.*)\) \S (\d+)/.exec(readQuietly(`/proc/${name}/stat`))
      return found && Number(found[2]) === parent ? [{ pid: Number(name), program: found[1] }] : []
    })
  } catch {
    return []
  }
}

function readQuietly(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
