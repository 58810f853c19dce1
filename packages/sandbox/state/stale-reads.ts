/** How records stood before the last change of the world that touched them: what a read from a lagging copy would see. */
export class StaleReads {
  readonly #before = new Map<string, unknown>()
  /** What the present change has touched already: only the first picture of it was ever seen. */
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

  /** The record as it is, or as it was while the past is shown. What has no past is there as it is. */
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
