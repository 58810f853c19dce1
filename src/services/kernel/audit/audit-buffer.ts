import type { Context } from '../context/context.js'
import type { Database } from '../database/database.js'
import { recordEntries } from './audit.sql.js'
import { MAX_NAME, type AuditRecord } from './audit.js'

/** Time for which entries are buffered, so that frequent entries are written once. */
const FLUSH_INTERVAL_MS = 1_000
/** Maximum number of distinct (actor, action, object) entries buffered per second. Further entries are dropped. */
const MAX_BUFFERED = 5_000

type Parts = Pick<Context, 'database' | 'log' | 'timers'>
const buffers = new WeakMap<Database, Map<string, AuditRecord & { times: number }>>()

/**
 * Records frequent, secondary events: polls, reports, rejected authentications. Entries are written within a second,
 * equal entries as one row with a counter. A killed process loses its unwritten entries. Use `recordAudit` for entries
 * that must not be lost.
 */
export function bufferAudit(parts: Parts, given: AuditRecord): void {
  const gathered = buffers.get(parts.database) ?? begin(parts)
  const record = { ...given, actor: given.actor.slice(0, MAX_NAME), object: given.object.slice(0, MAX_NAME) }
  const key = JSON.stringify([record.actor, record.action, record.object])
  const known = gathered.get(key)
  if (known) known.times++
  else if (gathered.size < MAX_BUFFERED) gathered.set(key, { ...record, times: 1 })
}

/** Writes the buffered entries, before a process ends. */
export async function flushAuditBuffer({ database, log }: Omit<Parts, 'timers'>): Promise<void> {
  const gathered = buffers.get(database)
  buffers.delete(database)
  if (gathered) await writeAll({ database, log }, gathered)
}

function begin({ database, log, timers }: Parts): Map<string, AuditRecord & { times: number }> {
  const gathered = new Map<string, AuditRecord & { times: number }>()
  buffers.set(database, gathered)
  timers
    .setTimeout(() => {
      if (buffers.get(database) === gathered) void flushAuditBuffer({ database, log })
    }, FLUSH_INTERVAL_MS)
    .unref()
  return gathered
}

const writeAll = (
  { database, log }: Omit<Parts, 'timers'>,
  gathered: Map<string, AuditRecord & { times: number }>,
): Promise<unknown> =>
  write(database, [...gathered.values()]).catch((error: unknown) =>
    log.warn({ err: error, notes: gathered.size }, 'audit buffer not written'),
  )

const write = (database: Database, entries: readonly (AuditRecord & { times: number })[]): Promise<number> =>
  database.run(recordEntries, {
    ids: entries.map(() => database.newId('aud')),
    accountIds: entries.map((entry) => entry.accountId),
    actors: entries.map((entry) => entry.actor),
    actions: entries.map((entry) => entry.action),
    objects: entries.map((entry) => entry.object),
    details: entries.map((entry) => JSON.stringify(entry.details ?? {})),
    occurrences: entries.map((entry) => entry.times),
  })
