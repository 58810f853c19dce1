import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import type { Context } from '../context/context.js'
import { isConnectionFailure } from '../database/connection-failure.js'
import { AppError } from '../errors/app-error.js'
import { decodeCursor } from './cursor.js'
import type { Timers } from '../time/timers.js'
import { eventsAfter } from './events.sql.js'

/** Reason why events after a cursor cannot be delivered. */
export type ResyncReason = 'RETENTION'

/** Either an event, or the notice that the cursor is older than the retained events. */
export type StreamBatch =
  | { readonly kind: 'event'; readonly event: StreamEventRow }
  | { readonly kind: 'resync'; readonly sequence: number; readonly reason: ResyncReason }

export interface FollowOptions {
  readonly streamId: string
  /** The stream's present number, as its account or deployment has it. */
  readonly version: number
  /** Cursor after which the stream starts. Default: live events only. */
  readonly after?: string | null
  readonly wants: (event: StreamEventRow) => boolean
}

/** A stream that may be followed, from its place on. */
export interface OpenedStream {
  readonly streamId: string
  /** The stream's number when it was opened. */
  readonly version: number
  readonly follow: (signal: AbortSignal) => AsyncGenerator<StreamBatch, void, void>
}

const PAGE = 200
/** Interval of attempts while the database is unavailable. */
const AWAY_MS = 500

/**
 * Replays the events after `after`, then continues live, in order and without gaps. Events are read from the tables on
 * each notification, so a slow reader uses no memory, and a lost notification costs at most one poll.
 */
export function followStream(
  context: Pick<Context, 'database' | 'notifier' | 'timers'>,
  options: FollowOptions,
): OpenedStream {
  const { streamId, version: latest } = options
  const start = options.after == null ? latest : decodeCursor(streamId, options.after)
  if (start > latest)
    throw new AppError('INVALID_CURSOR', 'The cursor is ahead of this stream.', { details: { field: 'after' } })

  const follow: OpenedStream['follow'] = async function* (signal) {
    let sequence = start
    const bell = createBell(signal)
    const unsubscribe = context.notifier.subscribe(options.streamId, bell.ring)
    try {
      while (!signal.aborted) {
        const looked = bell.needsRead()
        const page = looked ? await readWhenPossible(context, options.streamId, sequence) : []
        if (page === null) {
          await pause(context.timers, AWAY_MS, signal)
          bell.ring()
          continue
        }
        // An event that existed when the stream was opened but is missing now was deleted by retention.
        if (looked && sequence < latest && page[0]?.sequence !== sequence + 1) {
          sequence = latest
          yield { kind: 'resync', sequence, reason: 'RETENTION' }
          bell.ring()
          continue
        }
        for (const event of page) {
          sequence = event.sequence
          if (options.wants(event)) yield { kind: 'event', event }
        }
        if (page.length === PAGE) bell.ring()
        else
          for (const event of bell.handed(sequence)) {
            sequence = event.sequence
            if (options.wants(event)) yield { kind: 'event', event }
          }
        await bell.rung()
      }
    } finally {
      unsubscribe()
    }
  }
  return { streamId: options.streamId, version: latest, follow }
}

/** Null while the database is unavailable: a later read loses nothing, and followers keep their subscription. */
async function readWhenPossible(
  context: Pick<Context, 'database'>,
  streamId: string,
  after: number,
): Promise<StreamEventRow[] | null> {
  try {
    return await readEvents(context, streamId, after, PAGE)
  } catch (error) {
    if (isConnectionFailure(error)) return null
    throw error
  }
}

const pause = (timers: Timers, milliseconds: number, signal: AbortSignal): Promise<void> =>
  timers.delay(milliseconds, { signal }).catch(() => undefined)

/** Events of a stream after a place, in order. */
export function readEvents(
  context: Pick<Context, 'database'>,
  streamId: string,
  after: number,
  limit: number,
): Promise<StreamEventRow[]> {
  return context.database.rows(eventsAfter, { streamId, after, limit })
}

/** Maximum number of events buffered for a slow reader, which then reads them from the table. */
const MAX_HANDED = 200

/**
 * Records notifications that arrive while no read is waiting, so that none is lost between a read and the next wait.
 * Keeps the events that were passed with it, as long as they are consecutive. Starts notified, to replay missed events.
 */
function createBell(signal: AbortSignal) {
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

/**
 * A waiting async generator cannot be stopped by `return()` alone, which waits for its next event. This wrapper wakes
 * it first, so that an ended subscription removes its listener immediately.
 */
export function abortable<Item>(
  start: (signal: AbortSignal) => AsyncGenerator<Item, void, void>,
): AsyncGenerator<Item, void, void> {
  const controller = new AbortController()
  const iterator = start(controller.signal)
  return {
    next: () => iterator.next(),
    return: (value) => {
      controller.abort()
      return iterator.return(value)
    },
    throw: (error) => {
      controller.abort()
      return iterator.throw(error)
    },
    [Symbol.asyncIterator]() {
      return this
    },
    [Symbol.asyncDispose]: async () => {
      controller.abort()
      await iterator.return()
    },
  }
}
