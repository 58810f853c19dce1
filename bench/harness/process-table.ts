import { readdirSync, readFileSync } from 'node:fs'

/** Process as shown by `/proc`. The start time distinguishes it from a later one with the same ID. */
export interface RunningProcess {
  readonly pid: number
  readonly parent: number
  readonly startedAt: string
  readonly commandLine: string
}

const TICKS_PER_SECOND = 100

/** A process and everything that descends from it. */
export function familyOf(pid: number): RunningProcess[] {
  const all = readAll()
  const family = all.filter((process) => process.pid === pid)
  for (const member of family) family.push(...all.filter((process) => process.parent === member.pid))
  return family
}

/** Those of the processes that have not ended. */
export function stillRunning(processes: readonly RunningProcess[]): RunningProcess[] {
  return processes.filter(({ pid, startedAt }) => readOne(pid)?.startedAt === startedAt)
}

/** Seconds of processor time that a process has used so far. */
export function processorSeconds(pid: number): number {
  const fields = statusFields(pid)
  return fields ? (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND : 0
}

/** Seconds of processor time that a process and all its descendants have used so far, including those that have ended. */
export function familyProcessorSeconds(pid: number): number {
  return familyOf(pid).reduce((sum, member) => {
    const fields = statusFields(member.pid)
    const ticks = fields?.slice(11, 15).reduce((total, field) => total + Number(field), 0) ?? 0
    return sum + ticks / TICKS_PER_SECOND
  }, 0)
}

/** Process ID of the PostgreSQL server to which a backend belongs. */
export function postmasterOf(backendPid: number): number {
  const backend = readOne(backendPid)
  if (!backend) throw new Error(`backend ${backendPid} does not run on this machine`)
  return backend.parent
}

/** Resident memory of a process in bytes. */
export function residentBytes(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  if (!line?.[1]) throw new Error(`process ${pid} has no resident memory to read`)
  return Number(line[1]) * 1024
}

function readAll(): RunningProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readOne(Number(name)) ?? [])
}

function readOne(pid: number): RunningProcess | undefined {
  const fields = statusFields(pid)
  // A zombie has ended and only waits to be looked at.
  if (!fields || fields[0] === 'Z') return undefined
  return { pid, parent: Number(fields[1]), startedAt: fields[19] ?? '', commandLine: commandLineOf(pid) }
}

/** Fields of `/proc/PID/stat` after the name: state, parent, … in the order of proc_pid_stat(5) from the third. */
function statusFields(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
  } catch {
    return ''
  }
}
