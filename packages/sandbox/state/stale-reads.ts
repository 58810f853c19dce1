/** Records before the last change of the world that modified them, as a read from a lagging replica returns them. */
export class StaleReads {
  readonly #before = new Map<string, unknown>()
  /** Records that the current change has already modified. Only the first earlier version was ever visible. */
  readonly #touched = new Set<string>()
  #isShown = false

  /** A new change of the world begins. */
  beginChange(): void {
    this.#touched.clear()
  }

  /** Notes the record that is about to be replaced. */
  note(kind: string, id: string, record: unknown): void {
    const key = `${kind}/${id}`
    if (record === undefined || this.#touched.has(key)) return
    this.#touched.add(key)
    this.#before.set(key, record)
  }

  /**
   * Returns the record, or its earlier version while stale reads are on. A record without an earlier version is
   * returned unchanged.
   */
  seen(kind: string, id: string, record: unknown): unknown {
    return this.#isShown && record !== undefined ? (this.#before.get(`${kind}/${id}`) ?? record) : record
  }

  /** Shows the past during a rule. */
  during<T>(rule: () => T): T {
    this.#isShown = true
    try {
      return rule()
    } finally {
      this.#isShown = false
    }
  }
}
