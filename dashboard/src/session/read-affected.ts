import type { QueryClient } from '@tanstack/react-query'

/** Events that arrive within this time cause one reading, in milliseconds. */
const GATHER_MS = 250

/** Reads queries again after events. */
export interface AffectedReader {
  /** The type of an event. */
  readonly add: (type: string) => void
  readonly stop: () => void
}

/** Reads again what events change. `affectedBy` names the operations that an event affects. */
export function readAffected(queries: QueryClient, affectedBy: (type: string) => readonly string[]): AffectedReader {
  const pending = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const readAgain = () => {
    timer = undefined
    const names = new Set(pending)
    pending.clear()
    void queries.invalidateQueries({ predicate: ({ queryKey: [name] }) => names.has(String(name)) })
  }
  return {
    add: (type) => {
      for (const name of affectedBy(type)) pending.add(name)
      timer ??= setTimeout(readAgain, GATHER_MS)
    },
    stop: () => clearTimeout(timer),
  }
}
