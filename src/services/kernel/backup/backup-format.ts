import { createHash, type Hash } from 'node:crypto'
import type { SchemaSection } from '#services/kernel/database/schema-dump.js'

// A backup is one gzip stream of frames: a byte for the kind, four for the length, the payload. First the header, then for each table
// its beginning, its rows as COPY writes them, and its end; last the manifest, whose checksum covers everything before it.

export const FRAME = { header: 0x48, table: 0x54, rows: 0x52, end: 0x45, manifest: 0x4d } as const
export type FrameKind = (typeof FRAME)[keyof typeof FRAME]

export interface Frame {
  readonly kind: FrameKind
  readonly payload: Buffer
}

/** Known before the first row is read. */
export interface BackupHeader {
  readonly format: 'stackgate-backup'
  readonly version: 1
  readonly createdAt: string
  /** The migrations that the database had: the version of what it holds. */
  readonly migrations: readonly string[]
  /** Catalog of the database. */
  readonly business: string
  readonly postgres: string
  /** Names of the keys that open its sealed secrets, which stay sealed in it; the first was the one that seals. */
  readonly keyIds: readonly string[]
  readonly schema: readonly SchemaSection[]
}

export interface BackedUpTable {
  readonly name: string
  readonly rows: number
  readonly bytes: number
  readonly sha256: string
}

/** Known when the last row was read. */
export interface BackupManifest {
  readonly tables: readonly BackedUpTable[]
  readonly sequences: readonly { readonly name: string; readonly value: string; readonly called: boolean }[]
  /** Over the payloads and kinds of all frames before. */
  readonly sha256: string
}

/** A file that cannot be restored, and why. */
export class UnusableBackup extends Error {}

/** A frame is never longer; a longer one is not ours. */
export const MAX_FRAME_BYTES = 64 * 1_048_576
const HEAD_BYTES = 5

/** Checks what goes past, and sums it up. */
export class FrameSum {
  private readonly hash: Hash = createHash('sha256')

  add({ kind, payload }: Frame): void {
    this.hash.update(Buffer.of(kind)).update(payload)
  }

  digest(): string {
    return this.hash.digest('hex')
  }
}

export function frameBytes({ kind, payload }: Frame): Buffer {
  const head = Buffer.alloc(HEAD_BYTES)
  head.writeUInt8(kind)
  head.writeUInt32BE(payload.length, 1)
  return Buffer.concat([head, payload])
}

const KINDS: ReadonlySet<number> = new Set(Object.values(FRAME))

/** Frames out of bytes that arrive in any pieces. */
export async function* readFrames(bytes: AsyncIterable<Buffer>): AsyncGenerator<Frame, void> {
  let held: Buffer = Buffer.alloc(0)
  for await (const chunk of bytes) {
    held = held.length ? Buffer.concat([held, chunk]) : chunk
    let offset = 0
    while (held.length - offset >= HEAD_BYTES) {
      const kind = held.readUInt8(offset)
      const length = held.readUInt32BE(offset + 1)
      if (!KINDS.has(kind) || length > MAX_FRAME_BYTES) throw new UnusableBackup('this is not a Stackgate backup')
      if (held.length - offset - HEAD_BYTES < length) break
      const begin = offset + HEAD_BYTES
      offset = begin + length
      yield { kind: kind as FrameKind, payload: held.subarray(begin, offset) }
    }
    held = held.subarray(offset)
  }
  if (held.length) throw new UnusableBackup('the backup is truncated')
}
