import { open, type FileHandle } from 'node:fs/promises'
import { segmentPath, syncFolder, type Segment } from './segment-files.js'
import { UsageOutboxError } from './outbox-error.js'
import { encodeLine } from './segment-line.js'
import type { StoredUsage } from './usage-record.js'

interface Waiting {
  readonly line: Buffer
  readonly record: StoredUsage
  readonly resolve: () => void
  readonly reject: (error: UsageOutboxError) => void
}

/** A segment that reaches this size is followed by another one. */
const SEGMENT_BYTES = 1_000_000

/**
 * Appends records to the newest segment. Records that arrive while the disk is busy are written together, with one sync for all of them.
 */
export class SegmentWriter {
  private waiting: Waiting[] = []
  private handle: FileHandle | undefined
  private working: Promise<void> | undefined
  private active: Segment | undefined
  private sealing: (() => void)[] = []
  /** Bytes that are not on disk yet. */
  pendingBytes = 0
  /** Number of syncs, and of the records that they confirmed. */
  syncs = 0
  written = 0

  constructor(
    private readonly folder: string,
    private next: number,
    private readonly onSealed: (segment: Segment) => void,
    private readonly checkLock: () => Promise<void>,
  ) {}

  /** Segment that records are appended to. Undefined if it would be empty. */
  get current(): Segment | undefined {
    return this.active
  }

  /** Number of the segment that the next record is appended to. */
  get currentNumber(): number {
    return this.active?.number ?? this.next
  }

  /** Resolves when the record is on disk. */
  append(record: StoredUsage): Promise<void> {
    const line = encodeLine(record)
    this.pendingBytes += line.length
    return new Promise((resolve, reject) => {
      this.waiting.push({ line, record, resolve, reject })
      this.work()
    })
  }

  /** Ends the segment, so that it can be delivered. Resolves when everything that is on disk is in a sealed segment. */
  seal(): Promise<void> {
    return new Promise((resolve) => {
      this.sealing.push(resolve)
      this.work()
    })
  }

  private work(): void {
    this.working ??= this.writeAll().finally(() => {
      this.working = undefined
      if (this.hasWork()) this.work()
    })
  }

  private hasWork = (): boolean => this.waiting.length > 0 || this.sealing.length > 0

  private async writeAll(): Promise<void> {
    while (this.hasWork()) {
      const batch = this.waiting
      this.waiting = []
      if (batch.length > 0) await this.write(batch)
      const sealing = this.sealing
      this.sealing = []
      if (sealing.length > 0 || (this.active && this.active.bytes >= SEGMENT_BYTES)) await this.end()
      for (const resolve of sealing) resolve()
    }
  }

  private async write(batch: readonly Waiting[]): Promise<void> {
    const content = Buffer.concat(batch.map(({ line }) => line))
    this.pendingBytes -= content.length
    try {
      await this.checkLock()
      const segment = await this.opened(batch[0]!.record.recordedAt)
      await this.handle!.appendFile(content)
      await this.handle!.datasync()
      segment.bytes += content.length
      segment.records += batch.length
      this.syncs++
      this.written += batch.length
      for (const { resolve } of batch) resolve()
    } catch (cause) {
      await this.abandon()
      for (const { record, reject } of batch)
        reject(
          cause instanceof UsageOutboxError
            ? cause
            : new UsageOutboxError('DISK', `The record could not be written: ${(cause as Error).message}`, {
                cause,
                key: record.key,
              }),
        )
    }
  }

  private async opened(firstAt: number): Promise<Segment> {
    if (this.active) return this.active
    const number = this.next++
    this.handle = await open(segmentPath(this.folder, number), 'ax')
    this.active = { number, bytes: 0, records: 0, firstAt }
    await syncFolder(this.folder)
    return this.active
  }

  /** After an error the end of the file is unknown: the bytes that were not confirmed are removed if possible, and another segment begins. */
  private async abandon(): Promise<void> {
    await this.handle?.truncate(this.active?.bytes ?? 0).catch(() => undefined)
    await this.end()
  }

  private async end(): Promise<void> {
    const { active, handle } = this
    this.active = undefined
    this.handle = undefined
    await handle?.close().catch(() => undefined)
    if (active) this.onSealed(active)
  }
}
