import { StackgateError } from '../errors.js'
import { isResync, type ResyncItem, type StreamItem, type StreamState } from './items.js'
import type { EndReason } from './session.js'
import type { Subscription, SubscriptionListener } from './subscription.js'

/** Items that can wait for a consumer before the subscription is paused, and the number at which it continues. */
const FULL = 1_000
const FEW = 100

export interface ConsumerOptions {
  readonly onItem: (item: never) => unknown
  readonly onResync?: (resync: ResyncItem) => unknown
  readonly onState?: (state: StreamState) => void
}

/** Hands the items of a subscription to one consumer: in order, and the next when the previous one is handled. */
export class Consumer implements SubscriptionListener {
  readonly #subscription: Subscription
  readonly #options: ConsumerOptions
  /** Position behind the last handled item. */
  cursor: string | undefined
  #queue: StreamItem[] = []
  #isBusy = false
  #end: StreamState | undefined
  #isClosed = false

  constructor(subscription: Subscription, options: ConsumerOptions) {
    this.#subscription = subscription
    this.#options = options
    this.cursor = subscription.cursor
    subscription.add(this)
  }

  onItem(item: StreamItem): void {
    this.#queue.push(item)
    if (!this.#isBusy) void this.#work()
  }

  onState(state: StreamState): void {
    if (this.#isClosed) return
    // Items that arrived before the end are handed over first.
    if (state.state === 'ended' && this.#isBusy) this.#end = state
    else {
      this.#isClosed = state.state === 'ended'
      this.#options.onState?.(state)
    }
  }

  isFull(): boolean {
    return this.#queue.length >= FULL
  }

  /** Ends the stream for this consumer. */
  close(): void {
    this.#finish('closed')
  }

  async #work(): Promise<void> {
    this.#isBusy = true
    try {
      while (this.#queue.length > 0 && !this.#isClosed) {
        await this.#handle(this.#queue.shift()!)
        if (this.#queue.length < FEW) this.#subscription.resume()
      }
    } catch (cause) {
      this.#fail(cause)
    } finally {
      this.#isBusy = false
      if (this.#end) this.onState(this.#end)
    }
  }

  async #handle(item: StreamItem): Promise<void> {
    const { onItem, onResync } = this.#options
    if (!isResync(item) || !onResync) {
      await onItem(item as never)
      this.cursor = item.cursor
      return
    }
    const after = await onResync(item)
    if (typeof after === 'string' && !this.#isClosed) {
      // The state was read at this position: what came before it is part of the state.
      this.#queue = []
      this.#subscription.moveTo(after)
    }
    this.cursor = typeof after === 'string' ? after : item.cursor
  }

  #finish(reason: EndReason, error?: StackgateError): void {
    if (this.#isClosed) return
    this.#subscription.delete(this)
    this.#isClosed = true
    this.#queue = []
    this.#options.onState?.({ state: 'ended', reason, error })
  }

  /** A callback of the consumer failed: later items would be out of order without this one. */
  #fail(cause: unknown): void {
    const message = cause instanceof Error ? cause.message : String(cause)
    const error =
      cause instanceof StackgateError
        ? cause
        : new StackgateError({ code: 'CONFIGURATION', message: `A callback of the stream failed: ${message}`, cause })
    this.#finish('error', error)
  }
}

/** Items of a subscription as an iterator. Leaving the loop ends the subscription. */
export async function* iterate<Item>(
  open: (options: ConsumerOptions) => Promise<{ close(): void }>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Item, void, void> {
  // The consumer's queue waits until the loop has taken the previous item.
  let waiting: { item: Item; done: () => void } | undefined
  let wake = (): void => undefined
  let end: StreamState | undefined
  let isLeft = false
  const onAbort = (): void => wake()
  signal?.throwIfAborted()
  signal?.addEventListener('abort', onAbort)
  const consumer = await open({
    onItem: (item: never) =>
      new Promise<void>((done) => {
        if (isLeft) return done()
        waiting = { item, done }
        wake()
      }),
    onState: (state) => {
      if (state.state !== 'ended') return
      end = state
      wake()
    },
  })
  try {
    for (;;) {
      if (signal?.aborted) throw signal.reason
      if (waiting) {
        const { item, done } = waiting
        waiting = undefined
        yield item
        done()
        // The next item is handed over in a microtask.
        await Promise.resolve()
      } else if (end?.state === 'ended') {
        if (end.error) throw end.error
        return
      } else await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    isLeft = true
    ;(waiting as { done: () => void } | undefined)?.done()
    signal?.removeEventListener('abort', onAbort)
    consumer.close()
  }
}
