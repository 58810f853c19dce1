import { abortable, type OpenedStream } from '#services/kernel/events/follow-stream.js'
import '#schema/kernel/resync.type.js' // registers the type, which is returned as an interface only
import type { Resync, ResyncReason } from '#schema/kernel/resync.type.js'
import type { StreamItem } from '#schema/kernel/stream-item.type.js'
import type { RequestContext } from '#context/request-context.js'

/** Asks a subscriber to read the state, and to continue from a cursor. */
export const toResync = ({ clock }: RequestContext, cursor: string, reason: ResyncReason): Resync => ({
  __typename: 'Resync',
  cursor,
  at: clock.now(),
  reason,
})

interface Delivery<Row, Item> {
  /** Item of an event. Null: the event is left out. */
  readonly map: (event: Row, cursor: string) => Item | null | Promise<Item | null>
  /** The first item. Default: the first event. */
  readonly first?: (() => Promise<Item | null>) | undefined
}

/** Delivers a stream as the items of its subscription: each event, and `Resync` where events are missing. */
export function deliver<Row, Item extends StreamItem>(
  context: RequestContext,
  name: string,
  { follow }: OpenedStream<Row>,
  { map, first }: Delivery<Row, Item | Resync>,
): AsyncGenerator<Item | Resync, void, void> {
  const stream = abortable<Item | Resync>(async function* (signal) {
    const begin = await first?.()
    if (begin) yield begin
    for await (const item of follow(signal)) {
      const made =
        item.kind === 'resync' ? toResync(context, item.cursor, item.reason) : await map(item.event, item.cursor)
      if (made) yield made
    }
  })
  return counted(context, name, stream)
}

/** Counts a stream among the open ones until it ends, however it ends. */
function counted<Item>(
  context: RequestContext,
  stream: string,
  source: AsyncGenerator<Item, void, void>,
): AsyncGenerator<Item, void, void> {
  context.metrics.liveSubscriptions.inc({ stream })
  let open = true
  const close = () => {
    if (open) context.metrics.liveSubscriptions.dec({ stream })
    open = false
  }
  return {
    async next() {
      try {
        const step = await source.next()
        if (step.done) close()
        return step
      } catch (error) {
        close()
        throw error
      }
    },
    async return() {
      close()
      return source.return()
    },
    async throw(error: unknown) {
      close()
      return source.throw(error)
    },
    async [Symbol.asyncDispose]() {
      close()
      await source.return()
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
