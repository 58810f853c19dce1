/** One call of the Stripe API, as the control interface shows it. */
export interface ApiCall {
  method: string
  path: string
  idempotencyKey: string | null
  /** HTTP status; 0 when the connection was cut on purpose. */
  status: number
  requestId: string
  /** Business time, ISO. */
  at: string
}

const KEPT = 1000

/** Last 1,000 calls, oldest first. Lost at a restart. */
export class CallLog {
  #calls: ApiCall[] = []

  /** Notes a call. */
  add(call: ApiCall): void {
    this.#calls.push(call)
    if (this.#calls.length > KEPT * 2) this.#calls = this.#calls.slice(-KEPT)
  }

  /** Recorded calls, oldest first. */
  get calls(): ApiCall[] {
    return this.#calls.slice(-KEPT)
  }

  /** Deletes all calls. */
  clear(): void {
    this.#calls = []
  }
}
