import type { Database } from '../../kernel/database/database.js'
import type { Logger } from '../../kernel/logger/logger.js'
import type { Notifier } from '../../kernel/notifier/notifier.js'
import { readOnNotification } from '../../kernel/notifier/read-on-notification.js'
import type { CatalogDefinition } from '../definition/types.js'
import type { CatalogSnapshot } from './catalog-snapshot.js'
import { readSnapshot } from './read-snapshot.js'

/** News topic: products or prices were changed while the house runs. */
export const CATALOG_TOPIC = 'catalog'

/** News topic: the file was edited and loaded; its features and settings, which live in memory alone, are read again too. */
export const CATALOG_FILE_TOPIC = 'catalog.file'

/** The catalog in memory. Plans and packages change with the file; templates are priced while the house runs. */
export interface LiveCatalog {
  current(): CatalogSnapshot
  /** Reads it again; resolves when `current` shows what was committed before. */
  reload(): Promise<void>
  /** Stops following the changes of other processes. */
  close(): void
}

/** Reads the catalog, and reads it again whenever any process says that it has changed. */
export async function openCatalog(
  parts: { readonly database: Database; readonly news: Notifier; readonly log: Logger },
  readDefinition: () => CatalogDefinition,
): Promise<LiveCatalog> {
  let definition = readDefinition()
  let snapshot = await readSnapshot(parts.database, definition)
  // All of it is read each time. While one reading runs, whoever asks waits for the next one, which is the same for all of them: a burst of
  // changes costs two readings, and what was committed before the call is in the one that began after it.
  let running: Promise<void> | null = null
  let next: Promise<void> | null = null
  const read = async (): Promise<void> => {
    try {
      snapshot = await readSnapshot(parts.database, definition)
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
  const onNotification = (topic: string, read: () => Promise<void>) =>
    readOnNotification(parts, topic, read, 'catalog reload failed, keeping the previous catalog')
  const stops = [
    onNotification(CATALOG_TOPIC, reload),
    onNotification(CATALOG_FILE_TOPIC, async () => {
      definition = readDefinition()
      await reload()
    }),
  ]
  return { current: () => snapshot, reload, close: () => stops.forEach((stop) => stop()) }
}
