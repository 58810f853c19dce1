import type { Journal } from './journal.js'
import { Past } from './past.js'
import type { RecordKind, Records } from './records.js'

/**
 * The sandbox's memory: collections of plain JSON records, in the order they were created. Records are replaced, never
 * changed in place, so that an event keeps the picture it was made of.
 */
export class Store {
  readonly #collections = new Map<string, Map<string, unknown>>()
  readonly #journal: Journal | null
  #undo: (() => void)[] | null = null
  readonly #past = new Past()

  constructor(journal: Journal | null) {
    this.#journal = journal
    if (journal === null) return
    for (const entry of journal.read()) {
      if (entry.value === undefined) this.#collection(entry.collection).delete(entry.id)
      else this.#collection(entry.collection).set(entry.id, entry.value)
    }
  }

  /** The record with this id, or undefined. */
  get<K extends RecordKind>(kind: K, id: string): Records[K] | undefined {
    return this.#past.seen(kind, id, this.#collection(kind).get(id)) as Records[K] | undefined
  }

  /** The record with this id; throws when our own bookkeeping lost it. */
  need<K extends RecordKind>(kind: K, id: string): Records[K] {
    const record = this.get(kind, id)
    if (record === undefined) throw new Error(`the sandbox has no ${kind} ${id}`)
    return record
  }

  /** Adds or replaces a record. */
  put<K extends RecordKind>(kind: K, record: Records[K] & { id: string }): Records[K] {
    this.#noteUndo(kind, record.id)
    this.#past.note(kind, record.id, this.#collection(kind).get(record.id))
    this.#collection(kind).set(record.id, record)
    this.#journal?.append({ collection: kind, id: record.id, value: record })
    return record
  }

  /** Runs a rule as a whole or not at all: what it wrote is taken back when it throws. */
  atomically<T>(rule: () => T): T {
    if (this.#undo !== null) return rule()
    const undo: (() => void)[] = []
    this.#undo = undo
    this.#past.beginChange()
    try {
      return rule()
    } catch (error) {
      this.#undo = null
      for (const step of undo.toReversed()) step()
      throw error
    } finally {
      this.#undo = null
    }
  }

  /** Runs a reading rule on each record as it stood before its last change. */
  asItWas<T>(rule: () => T): T {
    return this.#past.during(rule)
  }

  /** Forgets a record; nothing happens when it is not there. */
  remove(kind: RecordKind, id: string): void {
    this.#noteUndo(kind, id)
    if (this.#collection(kind).delete(id)) this.#journal?.append({ collection: kind, id })
  }

  /** All records of a kind, oldest first. */
  all<K extends RecordKind>(kind: K): Records[K][] {
    return [...this.#collection(kind)].map(([id, record]) => this.#past.seen(kind, id, record)) as Records[K][]
  }

  /** All records of a kind, newest first, as Stripe lists them. */
  newest<K extends RecordKind>(kind: K): Records[K][] {
    return this.all(kind).toReversed()
  }

  /** Forgets every collection that is not named, and truncates the journal to what stays. */
  keepOnly(kinds: readonly RecordKind[]): void {
    for (const kind of this.#collections.keys()) {
      if (!kinds.includes(kind as RecordKind)) this.#collections.delete(kind)
    }
    this.compact()
  }

  /** Rewrites the journal as the present state. */
  compact(): void {
    this.#journal?.rewrite(this.#entries())
  }

  /** Makes every change so far survive the process. */
  flush(): void {
    this.#journal?.flush()
  }

  /** Flushes and closes the journal. */
  close(): void {
    this.#journal?.close()
  }

  #noteUndo(kind: RecordKind, id: string): void {
    if (this.#undo === null) return
    const before = this.get(kind, id)
    this.#undo.push(() => {
      if (before === undefined) this.remove(kind, id)
      else this.put(kind, before)
    })
  }

  *#entries() {
    for (const [collection, records] of this.#collections) {
      for (const [id, value] of records) yield { collection, id, value }
    }
  }

  #collection(kind: string): Map<string, unknown> {
    let collection = this.#collections.get(kind)
    if (collection === undefined) {
      collection = new Map()
      this.#collections.set(kind, collection)
    }
    return collection
  }
}
