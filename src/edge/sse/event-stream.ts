import { Readable } from 'node:stream'
import type { ExecutionResult } from 'graphql'
import type { Timer, Timers } from '#services/kernel/time/timers.js'
import type { StreamedResult } from '../graphql/subscription-stream.js'

/** A comment: clients ignore it, and proxies see that the connection is used. */
const COMMENT = ':\n\n'
/** Time in which a poll collects events after its first one. */
const GATHER_MS = 100
const COMPLETE = 'event: complete\ndata:\n\n'

interface EventStreamOptions<Item> {
  readonly timers: Timers
  readonly keepAliveMilliseconds: number
  /** The position at which the source begins. Null if the client has it. */
  readonly position: string | null
  /** Time after which the response ends although nothing has happened. Null: it does not end by itself. */
  readonly pollMilliseconds: number | null
  readonly format: EventFormat<Item>
}

/** Texts of a stream in the form of its clients. */
interface EventFormat<Item> {
  readonly message: (item: Item) => string
  /** Last text of a source that ended. */
  readonly complete: string
  /** Last text of a source that failed. */
  readonly failure: (error: unknown) => string
}

/** The distinct connections mode of graphql-sse. @param present returns the results that the source fails with, as a client may see them */
export const graphqlEvents = (present: (error: unknown) => ExecutionResult): EventFormat<StreamedResult> => ({
  message: messageOf,
  complete: COMPLETE,
  failure: (error) => {
    const result = present(error)
    const isRevoked = result.errors?.some(({ extensions }) => extensions['code'] === 'FORBIDDEN') ?? false
    return messageOf({ result, cursor: null }) + (isRevoked ? '' : COMPLETE)
  },
})

/** Objects as the data of unnamed events. Its clients connect again after its end. */
export const plainEvents: EventFormat<object> = {
  message: (item) => `data: ${JSON.stringify(item)}\n\n`,
  complete: '',
  failure: () => '',
}

/**
 * The body of a response in the format of Server-Sent Events. The next result is made when the client has read the
 * previous ones, so that a slow client uses no memory. `complete` is written only if the operation has ended, and never
 * after revoked access. A client that does not receive it connects again.
 */
export class EventStream<Item> extends Readable {
  private isPulling = false
  private isCut = false
  private isUnread = false
  private readonly keepAlive: Timer
  private pollEnd: Timer | null = null

  constructor(
    private readonly source: AsyncGenerator<Item, void, void>,
    private readonly options: EventStreamOptions<Item>,
  ) {
    super()
    const { position, pollMilliseconds, keepAliveMilliseconds, timers } = options
    this.push(position === null ? COMMENT : `:\nid: ${position}\n\n`)
    this.keepAlive = timers.setInterval(() => this.beat(), keepAliveMilliseconds).unref()
    if (pollMilliseconds !== null)
      this.endPollIn(Math.min(Math.max(pollMilliseconds, GATHER_MS), keepAliveMilliseconds))
  }

  /** Ends the response without `complete`: the client connects again and continues after the last event. */
  cut(): void {
    if (this.isCut || this.destroyed) return
    this.isCut = true
    this.push(null)
    this.stop()
  }

  override _read(): void {
    this.isUnread = false
    if (!this.isPulling) void this.pull()
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.isCut = true
    this.stop()
    callback(error)
  }

  private async pull(): Promise<void> {
    this.isPulling = true
    for (let wanted = true; wanted;) {
      const { message, isLast } = await this.next()
      if (this.isCut) break
      wanted = this.push(message)
      if (this.pollEnd) this.endPollIn(GATHER_MS)
      if (isLast) {
        this.isCut = true
        this.push(null)
        this.stop()
        break
      }
    }
    this.isPulling = false
  }

  private async next(): Promise<{ readonly message: string; readonly isLast: boolean }> {
    const { format } = this.options
    try {
      const step = await this.source.next()
      return step.done
        ? { message: format.complete, isLast: true }
        : { message: format.message(step.value), isLast: false }
    } catch (error) {
      return { message: format.failure(error), isLast: true }
    }
  }

  /** Keeps the connection in use. A client that has read nothing since the last time is gone or stuck. */
  private beat(): void {
    if (this.readableLength === 0) this.push(COMMENT)
    else if (this.isUnread) this.destroy()
    else this.isUnread = true
  }

  private endPollIn(milliseconds: number): void {
    this.options.timers.clearTimeout(this.pollEnd)
    this.pollEnd = this.options.timers.setTimeout(() => this.cut(), milliseconds).unref()
  }

  private stop(): void {
    this.options.timers.clearInterval(this.keepAlive)
    this.options.timers.clearTimeout(this.pollEnd)
    void this.source.return().catch(() => undefined)
  }
}

/** JSON has no line breaks, so one line of data is enough. */
function messageOf({ result, cursor }: StreamedResult): string {
  const id = cursor === null ? '' : `id: ${cursor}\n`
  return `event: next\n${id}data: ${JSON.stringify(result)}\n\n`
}

/** A stream of one result: a query, a mutation, or an operation that was refused. */
export async function* singleResult(result: ExecutionResult): AsyncGenerator<StreamedResult, void, void> {
  yield { result, cursor: null }
}
