import type { Database } from '#services/kernel/database/database.js'
import type { Logger } from '#services/kernel/logger/logger.js'
import type { Notifier } from '#services/kernel/notifier/notifier.js'
import { readOnNotification } from '#services/kernel/notifier/read-on-notification.js'
import type { CatalogDefinition } from '../definition/types.js'
import type { CatalogSnapshot } from './catalog-snapshot.js'
import { readSnapshot } from './read-snapshot.js'
import type { Timers } from '#services/kernel/time/timers.js'

/** Topic: products or prices changed, or another version of the catalog was loaded. */
export const CATALOG_TOPIC = 'catalog'

/** The catalog in memory. Plans, packages, features and settings change with its version; template prices by themselves. */
export interface LiveCatalog {
  current(): CatalogSnapshot
  /** Reads it again; resolves when `current` shows what was committed before. */
  reload(): Promise<void>
  /** Stops following the changes of other processes. */
  close(): void
}

/** Reads the catalog, and reads it again whenever any process says that it has changed. */
export async function openCatalog(
  parts: { readonly database: Database; readonly notifier: Notifier; readonly log: Logger; readonly timers: Timers },
  readDefinition: () => Promise<CatalogDefinition>,
): Promise<LiveCatalog> {
  const readAll = async () => readSnapshot(parts.database, await readDefinition())
  let snapshot = await readAll()
  // Every reload reads everything. Callers that arrive during a reload share the next one: a burst of changes costs two
  // reloads, and everything that was committed before a call is in the reload that starts after it.
  let running: Promise<void> | null = null
  let next: Promise<void> | null = null
  const read = async (): Promise<void> => {
    try {
      snapshot = await readAll()
    } finally {
      running = null
    }
  }
  const begin = (): Promise<void> => {
    next = null
    running = read()
    return running
  }
  const reload = (): Promise<void> => {
    if (!running) return begin()
    next ??= running.catch(() => undefined).then(begin)
    return next
  }
  const close = readOnNotification(parts, CATALOG_TOPIC, reload, 'catalog reload failed, keeping the previous catalog')
  return { current: () => snapshot, reload, close }
}
