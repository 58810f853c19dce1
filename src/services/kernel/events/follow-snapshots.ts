import type { Context } from '../context/context.js'
import type { Sql } from '../database/sql.js'
import { createBell } from './bell.js'
import { currentSnapshot } from './events.sql.js'
import { AWAY_MS, pause, readWhenPossible, type OpenedStream, type ResyncReason } from './follow-stream.js'
import {
  decodeSnapshotCursor,
  encodeSnapshotCursor,
  invalidCursor,
  snapshotEnd,
  type BatchPosition,
  type SnapshotCursor,
} from './snapshot-cursor.js'

/** Events of transactions that were complete in `upto` and not in `from`, after a position, in the order of positions. */
export interface SnapshotRange {
  readonly from: string
  readonly upto: string
  readonly after: BatchPosition | null
  readonly limit: number
}

export interface MergedStreams<Event> {
  /** Topic that is announced for each event. It names the merged streams: a cursor of others is invalid. */
  readonly topic: string
  /** Cursor after which the stream starts. Default: live events only. */
  readonly after?: string | null
  /** Days for which the events are kept. */
  readonly retentionDays: number
  readonly read: (range: SnapshotRange) => Promise<Event[]>
  readonly positionOf: (event: Event) => BatchPosition
}

const PAGE = 200
/** Minimum interval between two reads: frequent events are read together. */
const INTERVAL_MS = 20
const MINUTE_MS = 60_000
const MINUTES_OF_DAY = 1440

/**
 * Follows many streams as one, without a number that would serialize their writers. A place is the set of complete transactions
 * (decision 0187): each read returns the events of the transactions that were completed since the last one. Events of one stream are in
 * order, because its writers hold a lock until they commit.
 */
export async function followSnapshots<Event>(
  context: Pick<Context, 'database' | 'notifier' | 'timers'>,
  options: MergedStreams<Event>,
): Promise<OpenedStream<Event>> {
  const { database, timers } = context
  const { topic: scope } = options
  const { snapshot, era } = await readSnapshot(database)
  const issuedMinute = () => Math.floor(timers.now() / MINUTE_MS)
  const cursorIn = (own: string, from: string, batch: SnapshotCursor['batch'] = null) =>
    encodeSnapshotCursor({ scope, era: own, issuedMinute: issuedMinute(), from, batch })
  const begin = options.after == null ? null : decodeSnapshotCursor(scope, options.after)
  if (begin && begin.era === era && snapshotEnd(begin.batch?.upto ?? begin.from) > snapshotEnd(snapshot))
    throw invalidCursor('The cursor is ahead of this stream.')
  const gap = begin && gapSince(begin, era, issuedMinute() - (options.retentionDays - 1) * MINUTES_OF_DAY)
  const start = gap ? null : begin

  const follow: OpenedStream<Event>['follow'] = async function* (signal) {
    const cursorOf = (from: string, batch?: SnapshotCursor['batch']) => cursorIn(era, from, batch)
    let from = start?.from ?? snapshot
    let batch = start?.batch ?? null
    const bell = createBell(signal)
    const unsubscribe = context.notifier.subscribe(scope, () => bell.ring())
    try {
      if (gap) yield { kind: 'resync', cursor: cursorOf(from), reason: gap }
      while (!signal.aborted) {
        bell.needsRead()
        const found = await readWhenPossible(async () => {
          const upto = batch?.upto ?? (await readSnapshot(database)).snapshot
          const range = { from, upto, after: batch?.position ?? null, limit: PAGE }
          return { upto, events: await options.read(range) }
        })
        if (!found) {
          await pause(timers, AWAY_MS, signal)
          bell.ring()
          continue
        }
        const { upto, events } = found
        const isComplete = events.length < PAGE
        for (const [index, event] of events.entries()) {
          const position = options.positionOf(event)
          const isLast = isComplete && index === events.length - 1
          yield { kind: 'event', event, cursor: isLast ? cursorOf(upto) : cursorOf(from, { upto, position }) }
        }
        if (!isComplete) {
          batch = { upto, position: options.positionOf(events.at(-1)!) }
          bell.ring()
        } else {
          // A batch that was begun before the subscription is followed by what came after it.
          if (batch) bell.ring()
          batch = null
          from = upto
        }
        await bell.rung()
        if (isComplete) await pause(timers, INTERVAL_MS, signal)
      }
    } finally {
      unsubscribe()
    }
  }
  return { streamId: scope, version: 0, cursor: cursorIn(era, snapshot), follow }
}

/** The complete transactions, and what identifies the database that counts them. */
interface CompleteTransactions {
  readonly snapshot: string
  readonly era: string
}

const readSnapshot = async (database: Sql): Promise<CompleteTransactions> => (await database.row(currentSnapshot))!

/** Why the events after a cursor cannot be delivered; null if they can. */
function gapSince(
  { era, issuedMinute }: SnapshotCursor,
  currentEra: string,
  oldestMinute: number,
): ResyncReason | null {
  if (era !== currentEra) return 'RESTORED'
  return issuedMinute < oldestMinute ? 'RETENTION' : null
}

/** Cursor of merged streams, to be read before the data that it is returned with. */
export async function readSnapshotCursor(
  { database, timers }: Pick<Context, 'database' | 'timers'>,
  scope: string,
): Promise<string> {
  const { snapshot, era } = await readSnapshot(database)
  const issuedMinute = Math.floor(timers.now() / MINUTE_MS)
  return encodeSnapshotCursor({ scope, era, issuedMinute, from: snapshot, batch: null })
}

/** An event that was read without its stream. */
interface PlacedEvent {
  readonly transactionId: string
  readonly position: BatchPosition
  readonly at: Date
}

/** Cursor of such an event: what its transaction and later ones wrote after it follows. */
export async function readEventCursor(
  { database }: Pick<Context, 'database'>,
  scope: string,
  { transactionId, position, at }: PlacedEvent,
): Promise<string> {
  const { snapshot: upto, era } = await readSnapshot(database)
  const issuedMinute = Math.floor(at.getTime() / MINUTE_MS)
  return encodeSnapshotCursor({
    scope,
    era,
    issuedMinute,
    from: `${transactionId}:${transactionId}:`,
    batch: { upto, position },
  })
}
