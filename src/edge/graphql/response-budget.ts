import type { GraphQLError } from 'graphql'
import type { Timers } from '#services/kernel/time/timers.js'
import type { Limits } from '../options.js'
import { edgeError } from './edge-error.js'
import { jsonSize } from './json-size.js'

/** List items that are made between two turns of the event loop. */
const ITEMS_PER_TURN = 500
/** Below these numbers a response cannot come near its limit, and is not measured as a whole. */
const SMALL = { items: 500, bytes: 65_536 }

/**
 * Limits the size of a request's response while it is created. The operations of a batch share one budget. After the
 * first failure every list and every JSON value fails immediately, so the operation ends early.
 */
export class ResponseBudget {
  private items = 0
  private itemsThisTurn = 0
  private bytes = 0
  private failed: GraphQLError | undefined

  constructor(
    private readonly timers: Pick<Timers, 'monotonic'>,
    private readonly limits: Pick<Limits, 'responseItems' | 'responseBytes' | 'operationMilliseconds'>,
    private deadline = Infinity,
  ) {}

  /** An operation is executed now. The time of a batch begins with its first one. */
  start(): void {
    if (this.deadline === Infinity) this.deadline = this.timers.monotonic() + this.limits.operationMilliseconds
  }

  /** The reason why the response cannot be made. Undefined if it can. */
  get failure(): GraphQLError | undefined {
    return this.failed
  }

  /** HTTP status of the failure. Undefined if there is none. */
  get status(): number | undefined {
    return this.failed && (this.failed.extensions['code'] === 'TIMEOUT' ? 503 : 422)
  }

  /** Ends the operation: whatever it still resolves fails with this error. */
  fail(error: GraphQLError): void {
    this.failed ??= error
  }

  /** Counts a list. Returns true if other requests should have their turn before the list is completed. */
  addList(length: number): boolean {
    this.items += length
    if (this.items > this.limits.responseItems) this.fail(tooLarge(`${this.limits.responseItems} list items`))
    if (this.timers.monotonic() > this.deadline) this.fail(timeout(this.limits.operationMilliseconds))
    if (this.failed) throw this.failed
    this.itemsThisTurn += length
    if (this.itemsThisTurn < ITEMS_PER_TURN) return false
    this.itemsThisTurn = 0
    return true
  }

  /** Counts a JSON value. */
  addJson(value: unknown): void {
    this.bytes += jsonSize(value, this.limits.responseBytes - this.bytes)
    if (this.bytes > this.limits.responseBytes) this.fail(this.tooManyBytes())
    if (this.failed) throw this.failed
  }

  /** True if measuring and writing the response takes long. */
  get isLarge(): boolean {
    return this.items >= SMALL.items || this.bytes >= SMALL.bytes
  }

  /** Measures the data of a finished operation, unless the counters show that it is small. */
  checkData(data: unknown): void {
    if (this.failed || !this.isLarge) return
    const { responseBytes } = this.limits
    if (jsonSize(data, responseBytes) > responseBytes) this.fail(this.tooManyBytes())
  }

  private tooManyBytes(): GraphQLError {
    return tooLarge(`${Math.floor(this.limits.responseBytes / 1_048_576)} MiB`)
  }
}

/** The operation ran longer than it may. */
export const timeout = (milliseconds: number): GraphQLError =>
  edgeError('TIMEOUT', `The operation took longer than ${milliseconds} ms.`)

const tooLarge = (limit: string): GraphQLError =>
  edgeError('RESPONSE_TOO_LARGE', `The response has more than ${limit}. Select fewer fields, or request smaller pages.`)
