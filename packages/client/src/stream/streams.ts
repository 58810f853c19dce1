import { prepare, type TypedDocument, type PreparedDocument } from '../operation.js'
import { asSent, misuse, StackgateError } from '../errors.js'
import type { Http } from '../http.js'
import type { ClientTimers } from '../timers.js'
import type { Tokens } from '../tokens.js'
import { Consumer, iterate, type ConsumerOptions } from './consumer.js'
import { diagnose } from './diagnose.js'
import { Link } from './link.js'
import type { PageEvents } from './page-events.js'
import { Subscription, type SubscriptionRequest } from './subscription.js'
import type { Transports } from './transports.js'

/** Handle of a followed stream. */
export interface StreamHandle {
  /** Ends the stream. */
  close(): void
  /** Position behind the last handled item. Store it to continue there later. Undefined before the first one. */
  readonly cursor: string | undefined
}

export interface StreamsOptions {
  readonly http: Http
  readonly tokens: Tokens
  readonly timers: ClientTimers
  readonly page: PageEvents
  readonly transports: Transports
  /** True if no other transport takes the place of WebSockets. */
  readonly isSocketOnly: boolean
}

/** The subscriptions of a client, which use one connection. Equal ones are shared. */
export class Streams {
  readonly #options: StreamsOptions
  readonly #link: Link
  readonly #subscriptions = new Map<string, Set<Subscription>>()
  #isClosed = false

  constructor(options: StreamsOptions) {
    this.#options = options
    const { http, isSocketOnly } = options
    this.#link = new Link({ ...options, diagnose: (error) => diagnose(http, error, isSocketOnly) })
  }

  /** Opens a stream, or joins an equal one. */
  async open(
    document: TypedDocument<unknown, never>,
    variables: Readonly<Record<string, unknown>>,
    account: string | undefined,
    consumer: ConsumerOptions,
  ): Promise<StreamHandle> {
    const operation = await prepare(document)
    validate(operation)
    const sent = asSent(variables, `The variables of ${operation.name ?? 'the document'}`)
    const request = { document: await this.#documentOf(operation), variables: sent, account }
    if (this.#isClosed) throw closedError()
    return new Consumer(this.#subscriptionFor(request), consumer)
  }

  /** As `open`, as an iterator. */
  iterate<Item>(
    document: TypedDocument<unknown, never>,
    variables: Readonly<Record<string, unknown>>,
    options: { readonly signal?: AbortSignal; readonly account?: string },
  ): AsyncGenerator<Item, void, void> {
    return iterate((consumer) => this.open(document, variables, options.account, consumer), options.signal)
  }

  /** Ends all streams. */
  close(): void {
    this.#isClosed = true
    this.#link.endAll('closed', closedError())
  }

  #subscriptionFor(request: SubscriptionRequest): Subscription {
    const { after, ...others } = request.variables
    const key = JSON.stringify([request.document, request.account, Object.entries(others).toSorted(byName)])
    const known = this.#subscriptions.get(key) ?? new Set()
    const equal = [...known].find((subscription) => subscription.isShareable(after))
    if (equal) return equal
    const created: Subscription = new Subscription(this.#link, request, this.#options.timers, () => {
      known.delete(created)
      if (known.size === 0) this.#subscriptions.delete(key)
    })
    this.#subscriptions.set(key, known.add(created))
    return created
  }

  async #documentOf(operation: PreparedDocument): Promise<Record<string, unknown>> {
    const members = await this.#options.http.documentOf(operation, false)
    const name = operation.name === undefined ? {} : { operationName: operation.name }
    return { ...name, ...members }
  }
}

const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1)

const closedError = (): StackgateError => new StackgateError({ code: 'CLOSED', message: 'The client was closed.' })

/** Parts without which a subscription cannot continue after an interruption. */
const REQUIRED: readonly (readonly [RegExp, string])[] = [
  [/\$after\b/, 'declare $after: String and pass it as after'],
  [/\bcursor\b/, 'select cursor'],
  [/\b__typename\b/, 'select __typename'],
]

function validate({ kind, text }: PreparedDocument): void {
  if (kind !== 'subscription') throw misuse('Streams need a subscription.')
  for (const [pattern, task] of text === '' ? [] : REQUIRED)
    if (!pattern.test(text)) throw misuse(`The subscription must ${task}.`)
}
