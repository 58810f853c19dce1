import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'

/** Maximum number of events buffered for a slow reader, which then reads them from the table. */
const MAX_HANDED = 200

/**
 * Records notifications that arrive while no read is waiting, so that none is lost between a read and the next wait.
 * Keeps the events that were passed with it, as long as they are consecutive. Starts notified, to replay missed events.
 */
export function createBell(signal: AbortSignal) {
  let look = true
  let handed: StreamEventRow[] = []
  let answer: (() => void) | null = null
  const ring = (events?: readonly StreamEventRow[]) => {
    if (events && handed.length + events.length <= MAX_HANDED) handed.push(...events)
    else {
      look = true
      handed = []
    }
    answer?.()
  }
  signal.addEventListener('abort', () => ring(), { once: true })
  return {
    ring,
    /** True if the table may contain more events than the buffer. */
    needsRead(): boolean {
      const must = look
      look = false
      return must
    },
    /** The events that come right after a place; where one is missing, the table has to be looked at. */
    handed(after: number): StreamEventRow[] {
      const fresh = handed.filter(({ sequence }) => sequence > after)
      const next = fresh.findIndex(({ sequence }, index) => sequence !== after + index + 1)
      handed = []
      if (next >= 0) look = true
      return next < 0 ? fresh : fresh.slice(0, next)
    },
    rung: () =>
      new Promise<void>((resolve) => {
        answer = () => {
          answer = null
          resolve()
        }
        if (look || handed.length > 0 || signal.aborted) answer()
      }),
  }
}
