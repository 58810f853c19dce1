import { StackgateError } from '../errors.js'
import { backoff, type ClientTimers } from '../timers.js'
import type { DeadLetters, RejectedRecord } from './dead-letters.js'
import { deliver, type DeliveryOptions, type Rejection } from './delivery.js'
import { UsageOutboxError } from './outbox-error.js'
import { deleteSegment, readSegment, type PlacedUsage, type Segment, type SegmentContent } from './segment-files.js'
import type { SegmentWriter } from './segment-writer.js'

export interface RelayOptions {
  readonly folder: string
  readonly writer: SegmentWriter
  readonly letters: DeadLetters
  readonly timers: ClientTimers
  readonly batchSize: number
  readonly everyMs: number
  readonly delivery: DeliveryOptions
  readonly onRejected: (rejected: RejectedRecord) => void
  readonly onError: (error: Error) => void
}

interface Flush {
  /** Resolves when every segment up to this one is delivered. */
  target: number
  readonly resolve: () => void
}

const BASE_MS = 250
const MAX_MS = 30_000
/** While someone waits for `flush`. */
const FLUSH_MAX_MS = 1_000

/** Delivers sealed segments one after the other, and deletes each when all of its records are delivered or rejected. */
export class Relay {
  private readonly segments: Segment[] = []
  private flushes: Flush[] = []
  private readonly abort = new AbortController()
  private timer: unknown
  private isScheduled = false
  private working: Promise<void> | undefined
  private attempt = 0
  /** Records of the first segment that need not be sent again. */
  private done = 0
  /** Bytes of the sealed segments. */
  private sealedBytes = 0
  delivered = 0
  duplicates = 0
  rejected = 0
  lastError: Error | null = null

  constructor(private readonly options: RelayOptions) {}

  get bytes(): number {
    return this.sealedBytes + (this.options.writer.current?.bytes ?? 0)
  }

  pending(): { records: number; bytes: number; firstAt: number | null } {
    const { current } = this.options.writer
    const all = current ? [...this.segments, current] : this.segments
    const records = all.reduce((sum, segment) => sum + segment.records, 0) - this.done
    return { records, bytes: this.bytes, firstAt: all[0]?.firstAt ?? null }
  }

  add(segment: Segment): void {
    this.segments.push(segment)
    this.sealedBytes += segment.bytes
    this.wake()
  }

  /** Delivers soon, if it is not delivering or waiting for the server. */
  wake(): void {
    if (!this.working && !this.isScheduled) this.schedule(this.options.everyMs)
  }

  async flush(timeoutMs: number): Promise<void> {
    const { writer, timers } = this.options
    await writer.seal()
    const target = writer.currentNumber - 1
    if (!this.segments.some(({ number }) => number <= target)) return
    let flush!: Flush
    const finished = new Promise<void>((resolve) => this.flushes.push((flush = { target, resolve })))
    if (!this.working) this.schedule(0)
    let timer: unknown
    const late = new Promise<never>((_, reject) => {
      timer = timers.setTimeout(
        () =>
          reject(
            new UsageOutboxError('TIMEOUT', `Usage is still pending after ${timeoutMs} ms.`, { cause: this.lastError }),
          ),
        timeoutMs,
      )
    })
    await Promise.race([finished, late]).finally(() => {
      timers.clearTimeout(timer)
      this.flushes = this.flushes.filter((each) => each !== flush)
    })
  }

  async close(): Promise<void> {
    this.abort.abort(new UsageOutboxError('CLOSED', 'The outbox was closed.'))
    this.options.timers.clearTimeout(this.timer)
    await this.working
  }

  private schedule(milliseconds: number): void {
    const { timers } = this.options
    timers.clearTimeout(this.timer)
    if (this.abort.signal.aborted) return
    this.isScheduled = true
    this.timer = timers.setTimeout(() => {
      this.isScheduled = false
      this.working = this.work().finally(() => {
        this.working = undefined
        if (this.segments.length > 0) this.schedule(this.pauseMs)
        else if (this.options.writer.current) this.wake()
      })
    }, milliseconds)
  }

  /** Time before the next attempt. */
  private pauseMs = 0

  /** Delivers all that is on disk. Ends at the first failure. */
  private async work(): Promise<void> {
    const { writer, onError, timers } = this.options
    try {
      if (this.segments.length === 0) await writer.seal()
      while (this.segments.length > 0 && !this.abort.signal.aborted) {
        await this.deliverSegment(this.segments[0]!)
        this.attempt = 0
        this.lastError = null
      }
      this.pauseMs = 0
    } catch (error) {
      if (this.abort.signal.aborted) return
      const failure = error as Error
      this.lastError = failure
      const least = failure instanceof StackgateError ? (failure.retryAfterMs ?? 0) : 0
      const maxMs = this.flushes.length > 0 ? FLUSH_MAX_MS : MAX_MS
      this.pauseMs = least + backoff(timers, this.attempt++, BASE_MS, maxMs)
      onError(failure)
    }
  }

  private async deliverSegment(segment: Segment): Promise<void> {
    const { folder, letters, batchSize, delivery, writer } = this.options
    const content = await readSegment(folder, segment.number)
    await this.reportDamage(content)
    // The number of records in memory is that of the file, except after damage.
    const left = content.records.slice(this.done)
    for (let from = 0; from < left.length; from += batchSize) {
      const batch = left.slice(from, from + batchSize)
      const sent = batch.filter(({ place }) => !letters.has(place))
      const { accepted, duplicates, rejected, postponed } = await deliver(delivery, sent, this.abort.signal)
      await this.reject(rejected)
      await this.postpone(postponed, segment)
      this.delivered += accepted
      this.duplicates += duplicates
      this.done += batch.length
      this.lastError = null
      this.attempt = 0
    }
    await deleteSegment(folder, segment.number)
    this.segments.shift()
    this.sealedBytes -= segment.bytes
    this.done = 0
    const isDone = ({ target }: Flush): boolean =>
      writer.currentNumber > target && !this.segments.some(({ number }) => number <= target)
    const finished = this.flushes.filter(isDone)
    this.flushes = this.flushes.filter((flush) => !finished.includes(flush))
    for (const { resolve } of finished) resolve()
  }

  private async reject(rejections: readonly Rejection[]): Promise<void> {
    if (rejections.length === 0) return
    const { letters, onRejected, timers } = this.options
    const rejectedAt = new Date(timers.now()).toISOString()
    await letters.add(rejections.map(({ placed, code, message }) => ({ ...placed, code, message, rejectedAt })))
    this.rejected += rejections.length
    for (const { placed, code, message } of rejections) onRejected({ record: placed.record, code, message })
  }

  private async reportDamage({ damaged }: SegmentContent): Promise<void> {
    const { letters, onRejected, timers } = this.options
    const unknown = damaged.filter(({ place }) => !letters.has(place))
    if (unknown.length === 0) return
    const rejectedAt = new Date(timers.now()).toISOString()
    const described = { record: undefined, code: 'DAMAGED', message: 'The checksum of the record is wrong.' }
    await letters.add(unknown.map(({ place, text }) => ({ ...described, place, rejectedAt, damaged: text })))
    this.rejected += unknown.length
    for (const _ of unknown) onRejected(described)
  }

  /** Stores records again behind the others, so that these do not wait for them. */
  private async postpone(rejections: readonly Rejection[], from: Segment): Promise<void> {
    if (rejections.length === 0) return
    const { writer, timers } = this.options
    await Promise.all(rejections.map(({ placed }: { placed: PlacedUsage }) => writer.append(placed.record)))
    for (const flush of this.flushes)
      if (flush.target >= from.number) flush.target = Math.max(flush.target, writer.currentNumber)
    await new Promise<void>((resolve) => timers.setTimeout(resolve, BASE_MS))
  }
}
