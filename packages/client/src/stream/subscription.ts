import { errorOfResponse, isRejectedToken, misuse, type StackgateError } from '../errors.js'
import { backoff, type ClientTimers } from '../timers.js'
import { Duplicates, isResync, type StreamItem, type StreamState } from './items.js'
import type { Link, LinkedStream } from './link.js'
import type { EndReason, Session, Sink } from './session.js'

/** Receives what happens in a subscription. */
export interface SubscriptionListener {
  onItem(item: StreamItem): void
  onState(state: StreamState): void
  /** True if items must wait, because the listener has many that it has not handled. */
  isFull(): boolean
}

/** A subscription to open. */
export interface SubscriptionRequest {
  /** Members of the payload that name the document. */
  readonly document: Readonly<Record<string, unknown>>
  readonly variables: Readonly<Record<string, unknown>>
  /** Account that leads its request to a process of the server. Default: that of the client. */
  readonly account: string | undefined
}

const LIVE_AFTER_MS = 1_000
const BASE_MS = 500
const MAX_MS = 15_000

/** Codes after which the subscription is repeated. */
const TEMPORARY: readonly string[] = ['UNAVAILABLE', 'TIMEOUT', 'RATE_LIMITED', 'TOO_MANY_SUBSCRIPTIONS', 'INTERNAL']

/**
 * One subscription at the server, for one or several listeners. After an interruption it continues behind the last item, so that none is lost
 * and none comes twice.
 */
export class Subscription implements LinkedStream {
  readonly #link: Link
  readonly #request: SubscriptionRequest
  readonly #timers: ClientTimers
  readonly #onUnused: () => void
  state: StreamState = { state: 'connecting' }
  /** Position behind the last item. Undefined before the first item of a stream without `after`. */
  cursor: string | undefined
  readonly #listeners = new Set<SubscriptionListener>()
  readonly #duplicates = new Duplicates()
  #session: Session | undefined
  #stopped: (() => void) | undefined
  #timer: unknown
  #attempt = 0
  #hasItems = false
  #isPaused = false

  constructor(link: Link, request: SubscriptionRequest, timers: ClientTimers, onUnused: () => void) {
    this.#link = link
    this.#request = request
    this.#timers = timers
    this.#onUnused = onUnused
    const { after } = request.variables
    this.cursor = typeof after === 'string' ? after : undefined
  }

  /** True if a new listener would miss nothing: no item came yet, or it wants to begin at the present position. */
  isShareable(after: unknown): boolean {
    return this.#hasItems ? after === this.cursor : after === this.#request.variables['after']
  }

  add(listener: SubscriptionListener): void {
    this.#listeners.add(listener)
    listener.onState(this.state)
    if (this.#listeners.size === 1) this.#link.add(this)
  }

  /** Removes a listener. Without any, the subscription ends. */
  delete(listener: SubscriptionListener): void {
    if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return
    this.#stop()
    this.#onUnused()
    this.#link.delete(this)
  }

  /** Continues behind another position. */
  moveTo(cursor: string): void {
    this.cursor = cursor
    this.#restart()
  }

  /** Listeners have handled their items: continue if items waited. */
  resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#restart()
  }

  connected(session: Session): void {
    this.#session = session
    if (this.#isPaused) return
    const { document, variables, account } = this.#request
    const { after: _, ...others } = variables
    const payload = { ...document, variables: this.cursor === undefined ? others : { ...others, after: this.cursor } }
    this.#timers.clearTimeout(this.#timer)
    const sink: Sink = {
      at: (cursor) => {
        this.cursor ??= cursor
      },
      begun: () => {
        // The server confirms a subscription by nothing but its first item or its error.
        this.#timer = this.#timers.setTimeout(() => this.#isLive(), LIVE_AFTER_MS)
      },
      next: (result) => this.#onResult(result),
      error: (error) => this.#onError(error),
      complete: () => this.#finish('completed', undefined),
    }
    this.#stopped = session.start(payload, sink, account)
  }

  disconnected(error: StackgateError): void {
    this.#detach()
    this.#waitFor(error)
  }

  ended(reason: EndReason, error: StackgateError): void {
    this.#detach()
    this.#finish(reason, error)
  }

  #onResult(result: unknown): void {
    const { data, errors } = Object(result) as { data?: Record<string, unknown> | null; errors?: unknown }
    const [item] = Object.values(data ?? {}) as (StreamItem | null | undefined)[]
    if (!item) return this.#onError(errorOfResponse(errors, {}))
    if (typeof item.cursor !== 'string') return this.#finish('error', misuse('The subscription must select cursor.'))
    if (!this.#duplicates.has(item)) this.#deliver(item)
  }

  #deliver(item: StreamItem): void {
    if (isResync(item)) this.#duplicates.clear()
    this.cursor = item.cursor
    this.#hasItems = true
    this.#attempt = 0
    this.#isLive()
    for (const listener of Array.from(this.#listeners)) listener.onItem(item)
    if (!this.#isPaused && [...this.#listeners].some((listener) => listener.isFull())) this.#pause()
  }

  #onError(error: StackgateError): void {
    this.#stop()
    if (isRejectedToken(error)) return this.#link.rejectToken(error)
    // The database was restored to a time before the last item.
    if (error.code === 'INVALID_CURSOR' && this.#hasItems) return this.#loseCursor()
    if (!TEMPORARY.includes(error.code)) return this.#finish('refused', error)
    this.#waitFor(error)
    const wait = (error.retryAfterMs ?? 0) + backoff(this.#timers, this.#attempt++, BASE_MS, MAX_MS)
    this.#timer = this.#timers.setTimeout(() => this.#restart(), wait)
    return undefined
  }

  #loseCursor(): void {
    this.#hasItems = false
    this.#duplicates.clear()
    const resync = { __typename: 'Resync', reason: 'RESTORED', cursor: '' } as const
    for (const listener of Array.from(this.#listeners)) listener.onItem(resync)
    this.cursor = undefined
    this.#restart()
  }

  /** Ends the subscription until the listeners have handled their items. Nothing is lost: it continues behind the last item. */
  #pause(): void {
    this.#isPaused = true
    this.#stop()
  }

  #restart(): void {
    if (this.#listeners.size === 0) return
    this.#stop()
    if (this.#session) this.connected(this.#session)
  }

  #stop(): void {
    this.#timers.clearTimeout(this.#timer)
    this.#stopped?.()
    this.#stopped = undefined
  }

  #detach(): void {
    this.#timers.clearTimeout(this.#timer)
    this.#session = undefined
    this.#stopped = undefined
  }

  #isLive(): void {
    this.#timers.clearTimeout(this.#timer)
    const { transport } = this.#session!
    if (this.state.state !== 'live') this.#change({ state: 'live', transport })
  }

  #waitFor(error: StackgateError): void {
    const since = this.state.state === 'waiting' ? this.state.since : this.#timers.now()
    this.#change({ state: 'waiting', since, error })
  }

  #finish(reason: EndReason, error: StackgateError | undefined): void {
    if (this.state.state === 'ended') return
    this.#stop()
    this.#onUnused()
    this.#link.delete(this)
    this.#change({ state: 'ended', reason, error })
    this.#listeners.clear()
  }

  #change(state: StreamState): void {
    this.state = state
    for (const listener of Array.from(this.#listeners)) listener.onState(state)
  }
}
