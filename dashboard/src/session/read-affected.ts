import type { QueryClient } from '@tanstack/react-query'

/** Events that arrive within this time cause one reading, in milliseconds. */
const GATHER_MS = 250
/** The same for events of each use, of which an account can have many in a second. */
const GATHER_USAGE_MS = 1000

/** Reads queries again after events. */
export interface AffectedReader {
  /** The type of an event. */
  readonly add: (type: string) => void
  readonly stop: () => void
}

/**
 * Reads again what events change. `affectedBy` names the operations that an event affects. An operation that is being read again
 * is read once more afterwards: frequent events over a slow connection would cancel each reading before its result.
 */
export function readAffected(queries: QueryClient, affectedBy: (type: string) => readonly string[]): AffectedReader {
  const pending = new Set<string>()
  const reading = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  /** Time at which the timer ends. */
  let dueAt = Infinity
  let isStopped = false
  const schedule = (delay: number) => {
    if (isStopped || performance.now() + delay >= dueAt) return
    clearTimeout(timer)
    dueAt = performance.now() + delay
    timer = setTimeout(readAgain, delay)
  }
  const readAgain = () => {
    dueAt = Infinity
    for (const name of pending) if (!reading.has(name)) void read(name)
  }
  const read = async (name: string) => {
    pending.delete(name)
    reading.add(name)
    await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === name })
    reading.delete(name)
    if (pending.has(name) && dueAt === Infinity) schedule(GATHER_MS)
  }
  return {
    add: (type) => {
      for (const name of affectedBy(type)) pending.add(name)
      schedule(type === 'usage.recorded' ? GATHER_USAGE_MS : GATHER_MS)
    },
    stop: () => {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
