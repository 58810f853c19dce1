import { isPassing } from '../errors/connection-failure.js'
import type { Logger } from '../logger/logger.js'
import type { Timer, Timers } from '../time/timers.js'
import type { Notifier } from './notifier.js'

const AGAIN_MS = 2_000

/**
 * Reads data into memory at every notification of a change. If the database is unavailable then, the read is retried until it succeeds, because
 * there is no second notification. Returns a function that stops it.
 */
export function readOnNotification(
  { notifier, log, timers }: { readonly notifier: Notifier; readonly log: Logger; readonly timers: Timers },
  topic: string,
  read: () => Promise<unknown>,
  message: string,
): () => void {
  let again: Timer | undefined
  const attempt = (): void => {
    timers.clearTimeout(again)
    read().catch((error: unknown) => {
      log.error({ err: error }, message)
      if (!isPassing(error)) return
      timers.clearTimeout(again)
      again = timers.setTimeout(attempt, AGAIN_MS).unref()
    })
  }
  const stop = notifier.subscribe(topic, attempt)
  return () => {
    stop()
    timers.clearTimeout(again)
  }
}
