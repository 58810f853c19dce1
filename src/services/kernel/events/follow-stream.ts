import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import type { Context } from '../context/context.js'
import { isConnectionFailure } from '../errors/connection-failure.js'
import { AppError } from '../errors/app-error.js'
import { createBell } from './bell.js'
import { decodeCursor, encodeCursor } from './cursor.js'
import type { Timers } from '../time/timers.js'
import { eventsAfter } from './events.sql.js'

/** Reason why events after a cursor cannot be delivered. */
export type ResyncReason = 'RETENTION' | 'RESTORED'

/** Either an event, or the notice that the cursor is older than the retained events. */
export type StreamBatch<Event = StreamEventRow> =
  | { readonly kind: 'event'; readonly event: Event; readonly cursor: string }
  | { readonly kind: 'resync'; readonly cursor: string; readonly reason: ResyncReason }

/** A stream, by the ID of its account or of its deployment. */
export interface EventStream {
  readonly streamId: string
  readonly accountId: string
}

export interface FollowOptions extends EventStream {
  /** The stream's present number, as its account or deployment has it. */
  readonly version: number
  /** Cursor after which the stream starts. Default: live events only. */
  readonly after?: string | null
  readonly wants: (event: StreamEventRow) => boolean
}

/** A stream that may be followed, from its place on. */
export interface OpenedStream<Event = StreamEventRow> {
  readonly streamId: string
  /** The stream's number when it was opened. */
  readonly version: number
  /** Cursor of the stream when it was opened. */
  readonly cursor: string
  readonly follow: (signal: AbortSignal) => AsyncGenerator<StreamBatch<Event>, void, void>
}

const PAGE = 200
/** Interval of attempts while the database is unavailable. */
export const AWAY_MS = 500

/**
 * Replays the events after `after`, then continues live, in order and without gaps. Events are read from the tables on
 * each notification, so a slow reader uses no memory, and a lost notification costs at most one poll.
 */
export function followStream(
  context: Pick<Context, 'database' | 'notifier' | 'timers'>,
  options: FollowOptions,
): OpenedStream {
  const { streamId, accountId, version: latest } = options
  const start = options.after == null ? latest : decodeCursor(streamId, options.after)
  if (start > latest)
    throw new AppError('INVALID_CURSOR', 'The cursor is ahead of this stream.', { details: { field: 'after' } })

  const follow: OpenedStream['follow'] = async function* (signal) {
    let sequence = start
    const next = (event: StreamEventRow): StreamBatch => {
      sequence = event.sequence
      return { kind: 'event', event, cursor: encodeCursor(streamId, sequence) }
    }
    const bell = createBell(signal)
    const unsubscribe = context.notifier.subscribe(streamId, bell.ring)
    try {
      while (!signal.aborted) {
        const looked = bell.needsRead()
        const page = looked
          ? await readWhenPossible(() => readTogether(context, { streamId, accountId }, sequence))
          : []
        if (page === null) {
          await pause(context.timers, AWAY_MS, signal)
          bell.ring()
          continue
        }
        // An event that existed when the stream was opened but is missing now was deleted by retention.
        if (looked && sequence < latest && page[0]?.sequence !== sequence + 1) {
          sequence = latest
          yield { kind: 'resync', cursor: encodeCursor(streamId, sequence), reason: 'RETENTION' }
          bell.ring()
          continue
        }
        for (const event of page) {
          const item = next(event)
          if (options.wants(event)) yield item
        }
        if (page.length === PAGE) bell.ring()
        else
          for (const event of bell.handed(sequence)) {
            const item = next(event)
            if (options.wants(event)) yield item
          }
        await bell.rung()
      }
    } finally {
      unsubscribe()
    }
  }
  return { streamId, version: latest, cursor: encodeCursor(streamId, latest), follow }
}

/** Null while the database is unavailable: a later read loses nothing, and followers keep their subscription. */
export async function readWhenPossible<Found>(read: () => Promise<Found>): Promise<Found | null> {
  try {
    return await read()
  } catch (error) {
    if (isConnectionFailure(error)) return null
    throw error
  }
}

/** Waits, at most until the signal. */
export const pause = (timers: Timers, milliseconds: number, signal: AbortSignal): Promise<void> =>
  timers.delay(milliseconds, { signal }).catch(() => undefined)

const shared = new WeakMap<object, Map<string, Promise<StreamEventRow[]>>>()

/** As `readEvents`: followers of one stream that are woken in one turn share a read, which begins after that turn. */
function readTogether(
  context: Pick<Context, 'database' | 'timers'>,
  stream: EventStream,
  after: number,
): Promise<StreamEventRow[]> {
  const reads = shared.get(context.database) ?? new Map<string, Promise<StreamEventRow[]>>()
  shared.set(context.database, reads)
  const key = `${stream.accountId} ${stream.streamId} ${after}`
  let read = reads.get(key)
  if (!read) {
    read = new Promise<void>((begin) => context.timers.setImmediate(begin)).then(() => {
      reads.delete(key)
      return readEvents(context, stream, after, PAGE)
    })
    reads.set(key, read)
  }
  return read
}

/** Events of a stream after a place, in order. */
export function readEvents(
  context: Pick<Context, 'database'>,
  { streamId, accountId }: EventStream,
  after: number,
  limit: number,
): Promise<StreamEventRow[]> {
  return context.database.rows(eventsAfter, { accountId, streamId, after, limit })
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
