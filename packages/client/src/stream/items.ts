import type { StackgateError } from '../errors.js'
import type { EndReason } from './session.js'
import type { Transport } from './transports.js'

/** A notice that events are missing, or that a stream starts. Read the state; the stream continues after it. */
export interface ResyncItem {
  readonly __typename: 'Resync'
  readonly reason?: string | undefined
  readonly cursor: string
}

/** An item as the client reads it. */
export interface StreamItem {
  readonly __typename?: string
  readonly cursor: string
}

/** Item type of a document of a subscription: what its only field returns. */
export type ItemOf<Result> = NonNullable<Result[keyof Result]>

/** Item type without the notice of missing events, and without what a document does not select. */
export type EventOf<Result> = [Selected<ItemOf<Result>>] extends [never] ? ItemOf<Result> : Selected<ItemOf<Result>>

/** Types of items that have no selection of their own are one type with that of the notice. */
type Selected<Item> = Item extends { readonly __typename: infer Name } ? ('Resync' extends Name ? never : Item) : Item

/**
 * State of a stream. `waiting`: the connection is interrupted since a time (milliseconds since 1970) and is going to be opened again. After
 * three connections that failed before one was open, `error` says why: `BAD_RESPONSE` if the address is not one of Stackgate, `CONFIGURATION` if a proxy does not
 * pass WebSockets and no other transport is allowed, `NETWORK` otherwise.
 */
export type StreamState =
  | { readonly state: 'connecting' }
  | { readonly state: 'live'; readonly transport: Transport }
  | { readonly state: 'waiting'; readonly since: number; readonly error: StackgateError }
  | { readonly state: 'ended'; readonly reason: EndReason; readonly error: StackgateError | undefined }

/** Number of stored cursors, by which an item that arrives twice is recognized. */
const REMEMBERED = 512

/** Recognizes items that were delivered before. */
export class Duplicates {
  readonly #cursors = new Set<string>()
  #last: { cursor: string; text: string } | undefined

  /** True if the item was delivered before. Loads of servers have the cursor of the event before them, so their content is compared. */
  has(item: StreamItem): boolean {
    const { cursor } = item
    const text = JSON.stringify(item)
    const isKnown = this.#cursors.has(cursor) && (this.#last?.cursor !== cursor || this.#last.text === text)
    if (isKnown) return true
    this.#last = { cursor, text }
    this.#cursors.add(cursor)
    if (this.#cursors.size > REMEMBERED) this.#cursors.delete(this.#cursors.values().next().value!)
    return false
  }

  clear(): void {
    this.#cursors.clear()
    this.#last = undefined
  }
}

export const isResync = (item: StreamItem): item is ResyncItem => item.__typename === 'Resync'
