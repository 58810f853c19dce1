import type { Context } from '../context/context.js'
import type { Database } from '../database/database.js'
import type { Timer } from '../time/timers.js'

type Parts = Pick<Context, 'database' | 'log' | 'timers'>

/** Frequent, secondary data that is gathered in memory and written together. A killed process loses what is not written. */
export interface WriteBuffer<Value> {
  /** Sets the value of a key to that of `merge`, which receives the value since the last write. */
  note(parts: Parts, key: string, merge: (known: Value | undefined) => Value): void
  /** Writes what is noted now, for example before the process ends. */
  write(parts: Pick<Parts, 'database'>): Promise<void>
}

export interface WriteBufferOptions<Value> {
  /** Name for the log. */
  readonly name: string
  /** Time for which values are gathered. */
  readonly gatherMs: number
  /** Maximum number of keys. Further keys are dropped. Default: no limit. */
  readonly maxKeys?: number
  readonly write: (database: Database, entries: readonly (readonly [key: string, value: Value])[]) => Promise<unknown>
}

/** Creates a buffer that has separate values for each database. */
export function createWriteBuffer<Value>(options: WriteBufferOptions<Value>): WriteBuffer<Value> {
  const { name, gatherMs, maxKeys = Infinity } = options
  const gatherings = new WeakMap<Database, { values: Map<string, Value>; timer: Timer; write: () => Promise<void> }>()
  const begin = ({ database, log, timers }: Parts) => {
    const values = new Map<string, Value>()
    const write = async () => {
      gatherings.delete(database)
      timers.clearTimeout(timer)
      await options
        .write(database, [...values])
        .catch((error: unknown) => log.warn({ err: error, buffer: name, entries: values.size }, 'buffer not written'))
    }
    const timer = timers.setTimeout(() => void write(), gatherMs).unref()
    const gathering = { values, timer, write }
    gatherings.set(database, gathering)
    return gathering
  }
  return {
    note(parts, key, merge) {
      const { values } = gatherings.get(parts.database) ?? begin(parts)
      if (values.has(key) || values.size < maxKeys) values.set(key, merge(values.get(key)))
    },
    write: async ({ database }) => gatherings.get(database)?.write(),
  }
}
