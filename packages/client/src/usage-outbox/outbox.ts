import { mkdir } from 'node:fs/promises'
import { resolve as resolvePath } from 'node:path'
import { createStackgate } from '../client.js'
import { misuse } from '../errors.js'
import type { Fetch } from '../http.js'
import { serviceAddress } from '../service-address.js'
import { platformTimers, type ClientTimers } from '../timers.js'
import type { TokenProvider } from '../tokens.js'
import { DeadLetters, type RejectedRecord } from './dead-letters.js'
import { lockFolder } from './folder-lock.js'
import { UsageOutboxError } from './outbox-error.js'
import { Relay } from './relay.js'
import { readSegment, segmentNumbers, type Segment } from './segment-files.js'
import { SegmentWriter } from './segment-writer.js'
import { storedUsage, type UsageInput } from './usage-record.js'

export interface UsageOutboxOptions {
  /** Folder of this process alone, on a durable disk. It is created. */
  readonly folder: string
  /** Address of the installation, or that of GraphQL. */
  readonly url: string | URL
  /** Service key with the scope `entitlements:write`, or a function that returns it. */
  readonly key: string | TokenProvider
  /** Bytes that can wait, rejected records included. Default: 256 MiB, which is about a million records. */
  readonly maxBytes?: number | undefined
  /** Records of one request, at most 1,000. Default: 500. */
  readonly batchSize?: number | undefined
  /** Time that records wait for others before they are sent, in milliseconds. Default: 200. */
  readonly deliverEveryMs?: number | undefined
  /** Time of one request, in milliseconds. Default: 15,000. */
  readonly timeoutMs?: number | undefined
  /** A record whose `at` the server calls invalid is sent again while `at` is less than this from now. Default: 300,000 ms. */
  readonly maxClockSkewMs?: number | undefined
  /** Called for each record that is never accepted, after it was written to `rejected.ndjson`. At most once for each record. */
  readonly onRejected?: ((rejected: RejectedRecord) => void) | undefined
  /** Called for each attempt to deliver that fails. Attempts are repeated. */
  readonly onError?: ((error: Error) => void) | undefined
  readonly fetch?: Fetch | undefined
  readonly timers?: ClientTimers | undefined
}

/** Figures of an outbox. */
export interface UsageOutboxStats {
  /** Records on disk that are not delivered, and their bytes. After a crash, delivered records of the same file count again. */
  readonly pending: number
  readonly pendingBytes: number
  /** Time at which the oldest of them was recorded. Null if none is pending. */
  readonly oldestAt: Date | null
  /** Since the outbox was opened: records that the server counted, had counted before, and rejected. */
  readonly delivered: number
  readonly duplicates: number
  readonly rejected: number
  /** Writes to the disk since the outbox was opened. Concurrent records share one. */
  readonly syncs: number
  /** Error of the last attempt to deliver. Null after a success. */
  readonly lastError: Error | null
}

/** Usage that is stored on disk first and delivered exactly once. */
export interface UsageOutbox {
  /**
   * Stores usage. Resolves when it is on disk: from then on it is delivered, even if this process ends or the server is away.
   * @throws UsageOutboxError with the code `INVALID`, `FULL`, `DISK`, `LOCKED` or `CLOSED`
   */
  record(input: UsageInput): Promise<{ readonly key: string }>
  /**
   * Delivers now, and while it waits again after each failure: within a second, or when the server has asked for. Resolves when everything
   * that was recorded before is delivered or rejected.
   * @throws UsageOutboxError with the code `TIMEOUT`
   */
  flush(options?: { readonly timeoutMs?: number }): Promise<void>
  /** Ends delivery, and frees the folder. What is pending is delivered when the folder is opened again. */
  close(): Promise<void>
  readonly stats: UsageOutboxStats
}

const MAX_BATCH = 1000

/**
 * Opens the outbox of a folder, and delivers what is in it.
 * @throws UsageOutboxError with the code `LOCKED` if another process uses the folder; errors of the file system
 */
export async function createUsageOutbox(options: UsageOutboxOptions): Promise<UsageOutbox> {
  const { maxBytes = 256 * 1024 * 1024, batchSize = 500, timers = platformTimers, fetch } = options
  if (!(batchSize >= 1 && batchSize <= MAX_BATCH)) throw misuse(`batchSize must be between 1 and ${MAX_BATCH}.`)
  if (!options.key) throw misuse('createUsageOutbox needs a service key.')
  const folder = resolvePath(options.folder)
  const client = createStackgate({
    url: serviceAddress(options.url).graphql,
    token: options.key,
    batch: false,
    retry: false,
    timers,
    ...(fetch ? { fetch } : {}),
  })
  await mkdir(folder, { recursive: true })
  const lock = await lockFolder(folder)
  try {
    const letters = await DeadLetters.open(folder)
    const found: Segment[] = []
    for (const number of await segmentNumbers(folder)) {
      const { records, bytes } = await readSegment(folder, number)
      found.push({ number, bytes, records: records.length, firstAt: records[0]?.record.recordedAt ?? null })
    }
    const next = Math.max(letters.lastSegment, found.at(-1)?.number ?? 0) + 1
    const onSealed = (segment: Segment): void => relay.add(segment)
    const writer = new SegmentWriter(folder, next, onSealed, () => lock.check())
    const relay = new Relay({
      folder,
      writer,
      letters,
      timers,
      batchSize,
      everyMs: options.deliverEveryMs ?? 200,
      delivery: {
        client,
        timeoutMs: options.timeoutMs ?? 15_000,
        maxClockSkewMs: options.maxClockSkewMs ?? 300_000,
        now: () => timers.now(),
      },
      onRejected: options.onRejected ?? (() => undefined),
      onError: options.onError ?? (() => undefined),
    })
    for (const segment of found) relay.add(segment)
    let closing: Promise<void> | undefined
    const usedBytes = (): number => relay.bytes + writer.pendingBytes + letters.bytes
    return {
      async record(input) {
        if (closing) throw new UsageOutboxError('CLOSED', 'The outbox was closed.')
        const record = storedUsage(input, timers.now())
        const { key } = record
        if (usedBytes() >= maxBytes)
          throw new UsageOutboxError(
            'FULL',
            `${usedBytes()} bytes of usage wait in ${folder}, ${letters.bytes} of them rejected.`,
            {
              key,
            },
          )
        await writer.append(record)
        relay.wake()
        return { key }
      },
      async flush({ timeoutMs = 30_000 } = {}) {
        if (closing) throw new UsageOutboxError('CLOSED', 'The outbox was closed.')
        await relay.flush(timeoutMs)
      },
      close: () =>
        (closing ??= (async () => {
          await writer.seal()
          await relay.close()
          client.close()
          await lock.release()
        })()),
      get stats() {
        const { delivered, duplicates, rejected, lastError } = relay
        const { records, bytes, firstAt } = relay.pending()
        return {
          pending: records,
          pendingBytes: bytes + writer.pendingBytes,
          oldestAt: firstAt === null ? null : new Date(firstAt),
          delivered,
          duplicates,
          rejected,
          syncs: writer.syncs,
          lastError,
        }
      },
    }
  } catch (error) {
    await lock.release()
    throw error
  }
}
