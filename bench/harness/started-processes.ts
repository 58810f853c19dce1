import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { familyOf, type RunningProcess, stillRunning } from './process-table.js'

/** Process that a benchmark started, in a separate process group. */
export interface StartedProcess {
  readonly child: ChildProcess
  /** Sends SIGINT to the group, as Ctrl-C does. Returns the processes of its group that still run afterwards. */
  stop(): Promise<RunningProcess[]>
}

const STOP_MS = 30_000
const running = new Set<StartedProcess>()

/** Starts a program with its output in a log file. It gets only the given environment, PATH and HOME. */
export function startProcess(
  command: string,
  args: readonly string[],
  options: { cwd: string; env?: Readonly<Record<string, string>>; logFile: string; ipc?: boolean },
): StartedProcess {
  const log = openSync(options.logFile, 'a')
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...options.env },
    detached: true,
    stdio: ['ignore', log, log, ...(options.ipc ? (['ipc'] as const) : [])],
  })
  closeSync(log)
  let stopped: Promise<RunningProcess[]> | undefined
  const started: StartedProcess = { child, stop: () => (stopped ??= stopProcess(started)) }
  running.add(started)
  return started
}

/** Stops what a benchmark has not stopped itself. Returns the processes that still run. */
export async function stopEverything(): Promise<RunningProcess[]> {
  return (await Promise.all([...running].map((started) => started.stop()))).flat()
}

async function stopProcess(started: StartedProcess): Promise<RunningProcess[]> {
  const { child } = started
  if (child.pid === undefined) return []
  const family = familyOf(child.pid)
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    process.kill(-child.pid, 'SIGINT')
    const timer = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), STOP_MS)
    await ended
    clearTimeout(timer)
  }
  running.delete(started)
  return stillRunning(family)
}
