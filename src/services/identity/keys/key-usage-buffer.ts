import type { Database } from '#services/kernel/database/database.js'
import type { Logger } from '#services/kernel/logger/logger.js'
import type { Timer, Timers } from '#services/kernel/time/timers.js'
import { recordKeyUses } from './keys.sql.js'

/**
 * Last-use times of keys, written periodically for all keys together: requests do not wait, and a busy key is one row.
 */
export interface KeyUsageBuffer {
  note(keyId: string): void
  /** Writes what is noted; called at the end as well. */
  write(): Promise<void>
}

/** Interval at which uses are written. A killed process loses at most these. */
const GATHER_MS = 5_000

export function createKeyUsageBuffer({
  database,
  log,
  timers,
}: {
  readonly database: Database
  readonly log: Logger
  readonly timers: Timers
}): KeyUsageBuffer {
  const noted = new Map<string, Date>()
  let timer: Timer | undefined
  const write = async (): Promise<void> => {
    timers.clearTimeout(timer)
    timer = undefined
    const uses = [...noted]
    noted.clear()
    if (uses.length === 0) return
    await database
      .run(recordKeyUses, { ids: uses.map(([id]) => id), times: uses.map(([, at]) => at) })
      .catch((error: unknown) => log.warn({ err: error, keys: uses.length }, 'key usage not written'))
  }
  return {
    note: (keyId) => {
      noted.set(keyId, new Date(timers.now()))
      timer ??= timers.setTimeout(() => void write(), GATHER_MS).unref()
    },
    write,
  }
}
