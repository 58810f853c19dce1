import { appendFile, open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { StoredUsage } from './usage-record.js'

/** A record that the server did not accept and that is not sent again. */
export interface RejectedRecord {
  /** Undefined if the record on disk is damaged. */
  readonly record: StoredUsage | undefined
  /** Code of the server, for example `QUOTA_EXCEEDED`; `DAMAGED` if the checksum on disk is wrong. */
  readonly code: string
  readonly message: string
}

/** A line of the file. */
interface Entry extends RejectedRecord {
  /** Place of the record, which marks it as done. */
  readonly place: string
  readonly rejectedAt: string
  /** Base64 of a damaged line. */
  readonly damaged?: string | undefined
}

export const REJECTED_FILE = 'rejected.ndjson'

/** The file with the rejected records, which also marks them as done: a record in it is not sent again after a crash. */
export class DeadLetters {
  private readonly places = new Set<string>()
  bytes = 0
  /** The greatest number of a segment that the file mentions. */
  lastSegment = 0

  private constructor(private readonly path: string) {}

  static async open(folder: string): Promise<DeadLetters> {
    const letters = new DeadLetters(join(folder, REJECTED_FILE))
    await letters.load()
    return letters
  }

  has(place: string): boolean {
    return this.places.has(place)
  }

  /** Resolves when the entries are on disk. */
  async add(entries: readonly Entry[]): Promise<void> {
    const text = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
    const handle = await open(this.path, 'a')
    try {
      await handle.appendFile(text)
      await handle.datasync()
    } finally {
      await handle.close()
    }
    this.bytes += Buffer.byteLength(text)
    for (const { place } of entries) this.places.add(place)
  }

  private async load(): Promise<void> {
    const content = await readFile(this.path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    if (content === undefined) return
    // The last line of an interrupted write is ended, so that the next one begins a line.
    if (content.length > 0 && content.at(-1) !== 0x0a) await appendFile(this.path, '\n')
    this.bytes = (await stat(this.path)).size
    for (const line of content.toString().split('\n')) {
      const place = placeOf(line)
      if (place === undefined) continue
      this.places.add(place)
      this.lastSegment = Math.max(this.lastSegment, Number.parseInt(place, 10))
    }
  }
}

function placeOf(line: string): string | undefined {
  try {
    const { place } = JSON.parse(line) as Partial<Entry>
    return typeof place === 'string' ? place : undefined
  } catch {
    return undefined
  }
}
