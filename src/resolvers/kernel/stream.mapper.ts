import type { Resync } from '../../schema/kernel/resync.type.js'
import { encodeCursor } from '../../services/kernel/events/cursor.js'
import type { RequestContext } from '../../context/request-context.js'

export const toResync = (streamId: string, sequence: number, at: Date): Resync => ({
  __typename: 'Resync',
  cursor: encodeCursor(streamId, sequence),
  sequence,
  at,
})

/** Counts a stream among the open ones until it ends, however it ends. */
export function counted<Item>(
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
