import { createWriteBuffer } from '../batcher/write-buffer.js'
import type { Context } from '../context/context.js'
import { recordEntries } from './audit.sql.js'
import { MAX_NAME, type AuditRecord } from './audit.js'

const buffer = createWriteBuffer<AuditRecord & { readonly times: number }>({
  name: 'audit',
  gatherMs: 1_000,
  maxKeys: 5_000,
  write: (database, entries) => {
    const records = entries.map(([, record]) => record)
    return database.run(recordEntries, {
      ids: records.map(() => database.newId('aud')),
      accountIds: records.map(({ accountId }) => accountId),
      actors: records.map(({ actor }) => actor),
      actions: records.map(({ action }) => action),
      objects: records.map(({ object }) => object),
      details: records.map(({ details = {} }) => JSON.stringify(details)),
      occurrences: records.map(({ times }) => times),
    })
  },
})

/**
 * Records frequent, secondary events: polls, reports, rejected authentications. Entries are written within a second,
 * equal entries as one row with a counter. Use `recordAudit` for entries that must not be lost.
 */
export function bufferAudit(parts: Pick<Context, 'database' | 'log' | 'timers'>, given: AuditRecord): void {
  const record = { ...given, actor: given.actor.slice(0, MAX_NAME), object: given.object.slice(0, MAX_NAME) }
  const key = JSON.stringify([record.actor, record.action, record.object])
  buffer.note(parts, key, (known = { ...record, times: 0 }) => ({ ...known, times: known.times + 1 }))
}

/** Writes the buffered entries, before a process ends. */
export const flushAuditBuffer = (parts: Pick<Context, 'database'>): Promise<void> => buffer.write(parts)
