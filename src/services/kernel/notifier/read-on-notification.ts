import { isPassing } from '../database/connection-failure.js'
import type { Logger } from '../logger/logger.js'
import type { Notifier } from './notifier.js'

const AGAIN_MS = 2_000

/**
 * Reads data into memory at every notification of a change. If the database is unavailable then, the read is retried until it succeeds, because
 * there is no second notification. Returns a function that stops it.
 */
export function readOnNotification(
  { notifier, log }: { readonly notifier: Notifier; readonly log: Logger },
  topic: string,
  read: () => Promise<unknown>,
  message: string,
): () => void {
  let again: NodeJS.Timeout | undefined
  const attempt = (): void => {
    clearTimeout(again)
    read().catch((error: unknown) => {
      log.error({ err: error }, message)
      if (!isPassing(error)) return
      clearTimeout(again)
      again = setTimeout(attempt, AGAIN_MS).unref()
    })
  }
  const stop = notifier.subscribe(topic, attempt)
  return () => {
    stop()
    clearTimeout(again)
  }
}
