import { INDEXES, type IndexedKind, type IndexOf } from './indexes.js'
import type { Journal, JournalEntry } from './journal.js'
import { StaleReads } from './stale-reads.js'
import type { RecordKind, Records } from './records.js'

/** For each index `kind.name`: the ids of the records that have a key, in the order in which they got it. */
type IndexEntries = Map<string, Map<string, Set<string>>>

/**
 * The sandbox's memory: collections of plain JSON records, in the order they were created. Records are replaced, never
 * changed in place, so that an event keeps the picture it was made of.
 */
export class Store {
  readonly #collections = new Map<string, Map<string, unknown>>()
  readonly #journal: Journal | null
  readonly #indexes: IndexEntries = new Map()
  #undo: (() => void)[] | null = null
  readonly #past = new StaleReads()

  /** `initial`: what a store without earlier state begins with. */
  constructor(journal: Journal | null, initial: readonly JournalEntry[] = []) {
    this.#journal = journal
    const earlier = journal?.read() ?? []
    for (const entry of earlier.length > 0 ? earlier : initial) {
      if (entry.value === undefined) this.#delete(entry.collection, entry.id)
      else this.#set(entry.collection, entry.id, entry.value)
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
    this.#set(kind, record.id, record)
    this.#journal?.append({ collection: kind, id: record.id, value: record })
    return record
  }

  /** Runs a rule as a transaction: its writes are rolled back if it throws. */
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

  /** Runs a rule whose writes persist even if the surrounding change is rolled back. */
  forGood<T>(rule: () => T): T {
    const outer = this.#undo
    this.#undo = null
    try {
      return rule()
    } finally {
      this.#undo = outer
    }
  }

  /** Runs a rule for its result only, and rolls back its writes. */
  tryOut<T>(rule: () => T): T {
    const outer = this.#undo
    const undo: (() => void)[] = []
    this.#undo = undo
    try {
      return rule()
    } finally {
      this.#undo = null
      for (const step of undo.toReversed()) step()
      this.#undo = outer
    }
  }

  /** Deletes a record, if it exists. */
  remove(kind: RecordKind, id: string): void {
    this.#noteUndo(kind, id)
    if (this.#delete(kind, id)) this.#journal?.append({ collection: kind, id })
  }

  /** The records of a kind that have this key in one of its indexes, oldest first. */
  by<K extends IndexedKind>(kind: K, index: IndexOf<K>, key: string): Records[K][] {
    const ids = this.#indexes.get(`${kind}.${index}`)?.get(key)
    return ids === undefined ? [] : [...ids].map((id) => this.need(kind, id))
  }

  /** All records of a kind, oldest first. */
  all<K extends RecordKind>(kind: K): Records[K][] {
    return [...this.#collection(kind)].map(([id, record]) => this.#past.seen(kind, id, record)) as Records[K][]
  }

  /** All records of a kind, newest first, as Stripe lists them. */
  newest<K extends RecordKind>(kind: K): Records[K][] {
    return this.all(kind).toReversed()
  }

  /** Deletes all other collections, and truncates the journal to the rest. */
  keepOnly(kinds: readonly RecordKind[]): void {
    for (const kind of this.#collections.keys()) {
      if (kinds.includes(kind as RecordKind)) continue
      this.#collections.delete(kind)
      for (const index of this.#indexes.keys()) if (index.startsWith(`${kind}.`)) this.#indexes.delete(index)
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

  #set(kind: string, id: string, record: unknown): void {
    const collection = this.#collection(kind)
    this.#reindex(kind, id, collection.get(id), record)
    collection.set(id, record)
  }

  #delete(kind: string, id: string): boolean {
    const collection = this.#collection(kind)
    this.#reindex(kind, id, collection.get(id), undefined)
    return collection.delete(id)
  }

  #reindex(kind: string, id: string, before: unknown, after: unknown): void {
    const keysOf = (INDEXES as Record<string, Record<string, (record: never) => string | null | undefined>>)[kind]
    if (keysOf === undefined) return
    for (const [name, keyOf] of Object.entries(keysOf)) {
      const old = before === undefined ? null : keyOf(before as never)
      const next = after === undefined ? null : keyOf(after as never)
      if (old === next) continue
      const index = this.#index(`${kind}.${name}`)
      if (typeof old === 'string') index.get(old)?.delete(id)
      if (typeof next !== 'string') continue
      const ids = index.get(next)
      if (ids === undefined) index.set(next, new Set([id]))
      else ids.add(id)
    }
  }

  #index(name: string): Map<string, Set<string>> {
    let index = this.#indexes.get(name)
    if (index === undefined) {
      index = new Map()
      this.#indexes.set(name, index)
    }
    return index
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
