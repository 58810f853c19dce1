import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** One change of the state: a record put (with its value) or deleted (without one). */
export interface JournalEntry {
  collection: string
  id: string
  value?: unknown
}

const COMMIT = '{"commit":true}'

/**
 * Append-only file of the sandbox's state: one JSON line per change, and a commit line after each batch. A batch
 * without a commit line (the process was killed during the write) is ignored, so that the loaded state is always one
 * that existed.
 */
export class Journal {
  readonly #path: string
  #file: number
  #batch: string[] = []

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    this.#path = join(directory, 'journal.jsonl')
    this.#file = openSync(this.#path, 'a', 0o600)
  }

  /** All committed changes since the last compaction, oldest first. */
  read(): JournalEntry[] {
    if (!existsSync(this.#path)) return []
    const committed: JournalEntry[] = []
    let batch: JournalEntry[] = []
    for (const line of readFileSync(this.#path, 'utf8').split('\n')) {
      if (line === '') continue
      if (line === COMMIT) {
        for (const entry of batch) committed.push(entry)
        batch = []
        continue
      }
      const entry = parseEntry(line)
      if (entry === null) break
      batch.push(entry)
    }
    return committed
  }

  /** Notes a change; it reaches the file with the next `flush`, or by itself at the end of the current turn. */
  append(entry: JournalEntry): void {
    if (this.#batch.length === 0) queueMicrotask(() => this.flush())
    this.#batch.push(JSON.stringify(entry))
  }

  /** Writes the recorded changes as one batch, which then survives a crash of the process. */
  flush(): void {
    if (this.#batch.length === 0) return
    const text = `${this.#batch.join('\n')}\n${COMMIT}\n`
    this.#batch = []
    writeFileSync(this.#file, text)
  }

  /** Replaces the file by the given state, in one rename. */
  rewrite(entries: Iterable<JournalEntry>): void {
    this.#batch = []
    const lines: string[] = []
    for (const entry of entries) lines.push(JSON.stringify(entry))
    lines.push(COMMIT)
    const draft = `${this.#path}.new`
    writeFileSync(draft, `${lines.join('\n')}\n`, { mode: 0o600 })
    closeSync(this.#file)
    renameSync(draft, this.#path)
    this.#file = openSync(this.#path, 'a', 0o600)
  }

  /** Writes the rest and closes the file. */
  close(): void {
    this.flush()
    closeSync(this.#file)
  }
}

function parseEntry(line: string): JournalEntry | null {
  try {
    return JSON.parse(line) as JournalEntry
  } catch {
    return null
  }
}
