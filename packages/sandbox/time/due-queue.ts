import type { DueEntry, DueKind } from '../state/records.js'
import type { Ids } from '../state/ids.js'
import type { Store } from '../state/store.js'

/** Queue of work due by the business clock, ordered by (time, sequence), with one entry per kind and subject. */
export class DueQueue {
  readonly #store: Store
  readonly #ids: Ids
  #order: DueEntry[]

  constructor(store: Store, ids: Ids) {
    this.#store = store
    this.#ids = ids
    this.#order = store.all('due').sort(byTime)
  }

  /** Lets something fall due at a moment (milliseconds); an earlier entry of the same kind and subject is replaced. */
  schedule(kind: DueKind, subject: string, at: number): void {
    this.cancel(kind, subject)
    const entry: DueEntry = { id: `${kind}/${subject}`, kind, subject, at, sequence: this.#ids.count('due') }
    this.#store.put('due', entry)
    this.#order.splice(this.#position(entry), 0, entry)
  }

  /** Removes an entry, if it exists. */
  cancel(kind: DueKind, subject: string): void {
    const entry = this.#store.get('due', `${kind}/${subject}`)
    if (entry === undefined) return
    this.#store.remove('due', entry.id)
    this.#order.splice(this.#position(entry), 1)
  }

  /** Returns the first entry that is due at an instant. Undefined if there is none. */
  first(until: number): DueEntry | undefined {
    const entry = this.#order[0]
    return entry !== undefined && entry.at <= until ? entry : undefined
  }

  /** When the next entry falls due (milliseconds), or null. */
  get nextAt(): number | null {
    return this.#order[0]?.at ?? null
  }

  /** Reads the entries again, after the store forgot them. */
  reload(): void {
    this.#order = this.#store.all('due').sort(byTime)
  }

  /** Where an entry stands, or would stand. */
  #position(entry: DueEntry): number {
    let low = 0
    let high = this.#order.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (byTime(this.#order[middle] as DueEntry, entry) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

function byTime(one: DueEntry, other: DueEntry): number {
  return one.at - other.at || one.sequence - other.sequence
}
