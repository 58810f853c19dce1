/** What a client asked of an account, and what it was told. Times are milliseconds of one monotonic clock. */
export type Call = ConsumeCall | ReadCall

interface Timed {
  readonly client: number
  readonly account: string
  readonly startedAt: number
  /** Infinity: no answer came. */
  readonly endedAt: number
}

/** A consumption under an idempotency key. A client without an answer repeats it under the same key. */
export interface ConsumeCall extends Timed {
  readonly kind: 'consume'
  readonly key: string
  readonly amount: number
  readonly answer:
    | { readonly kind: 'done'; readonly version: number; readonly operationNo: number }
    | { readonly kind: 'denied' }
    /** The connection broke, or the server answered with an internal error: it may have happened or not. */
    | { readonly kind: 'unknown' }
}

/** A read of the remaining units with the version of the account. */
export interface ReadCall extends Timed {
  readonly kind: 'read'
  readonly answer:
    | { readonly kind: 'read'; readonly version: number; readonly remaining: number }
    | { readonly kind: 'unknown' }
}

/** An operation in the ledger at the end. */
export interface LedgerOperation {
  readonly account: string
  readonly version: number
  readonly operationNo: number
  readonly key: string
  readonly amount: number
}

/** The events that a subscriber of an account received, in this order. It may have reconnected with its last cursor. */
export interface ReceivedStream {
  readonly account: string
  readonly sequences: readonly number[]
}

/** Everything that is known of a run, and the state at its end. */
export interface History {
  readonly calls: readonly Call[]
  readonly ledger: readonly LedgerOperation[]
  /** Units of each account at the beginning, and its version at that time. */
  readonly accounts: readonly {
    readonly account: string
    readonly units: number
    readonly version: number
    readonly finalVersion: number
    readonly finalRemaining: number
  }[]
  readonly streams: readonly ReceivedStream[]
}
