import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import { abortable, type OpenedStream, type StreamBatch } from '#services/kernel/events/follow-stream.js'
import '#schema/kernel/resync.type.js' // registers the type, which is returned as an interface only
import type { Resync } from '#schema/kernel/resync.type.js'
import type { RequestContext } from '#context/request-context.js'

const toResync = ({ cursor, sequence, reason }: Gap, at: Date): Resync => ({
  __typename: 'Resync',
  cursor,
  sequence,
  at,
  reason,
})

type Gap = Extract<StreamBatch, { kind: 'resync' }>

/**
 * Delivers a stream as the items of its subscription: the first item, if there is one, then every event that `map` does not leave out (null), and
 * a `Resync` where events are missing.
 */
export function deliver<Item, Event = StreamEventRow>(
  context: RequestContext,
  name: string,
  { follow }: OpenedStream<Event>,
  map: (event: Event, cursor: string) => Item | null | Promise<Item | null>,
  first?: () => Promise<Item | null>,
): AsyncGenerator<Item | Resync, void, void> {
  const stream = abortable<Item | Resync>(async function* (signal) {
    const begin = await first?.()
    if (begin) yield begin
    for await (const item of follow(signal)) {
      if (item.kind === 'resync') {
        yield toResync(item, context.clock.now())
        continue
      }
      const mapped = await map(item.event, item.cursor)
      if (mapped) yield mapped
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
