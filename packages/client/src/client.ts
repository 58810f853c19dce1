import { Batcher, type BatchOptions } from './batcher.js'
import { documentOfText, prepare, type TypedDocument } from './operation.js'
import { asSent, misuse, StackgateError } from './errors.js'
import { Http, type Fetch, type Persisted } from './http.js'
import { withKey } from './idempotency.js'
import { Requests, type RetryOptions } from './requests.js'
import { resultOf, type MutationResult } from './results.js'
import type { EventOf, ItemOf, ResyncItem, StreamState } from './stream/items.js'
import type { StreamHandle, Streams } from './stream/streams.js'
import type { Transport } from './stream/transports.js'
import type { WebSocketClass } from './stream/websocket-session.js'
import { joinQueryAndStream, type JoinOptions } from './query-then-follow.js'
import { backoff, delay, platformTimers, type ClientTimers } from './timers.js'
import { Tokens, type TokenProvider } from './tokens.js'

/** Settings of a client. */
export interface StackgateOptions {
  /** Absolute address of GraphQL, for example `https://billing.example.com/graphql`. That of the WebSocket is derived from it. */
  readonly url: string | URL
  /** Token of the user or service, or a function that returns it. Default: anonymous. */
  readonly token?: string | null | TokenProvider | undefined
  /** Account that most requests are about, as an ID or reference. It only leads requests to a suitable process of the server. */
  readonly account?: string | undefined
  /** Queries of a few milliseconds are sent as one HTTP request. `false`: one request for each. */
  readonly batch?: BatchOptions | false | undefined
  /** Default: that of the platform. */
  readonly fetch?: Fetch | undefined
  /** Class of WebSockets where the platform has none, as in Node 20. */
  readonly WebSocket?: WebSocketClass | undefined
  /**
   * The only transport of streams. Default: WebSocket if there is a class, Server-Sent Events if none passes, and polls if a proxy holds
   * those back. A browser tab uses for an hour the one that worked.
   */
  readonly transport?: Transport | undefined
  /** Sends hashes or IDs of documents instead of texts. Default: false. */
  readonly persisted?: Persisted | undefined
  /** Called once when the server rejects a token and no other token can be had. */
  readonly onSignedOut?: ((error: StackgateError) => void) | undefined
  /** Repetition of queries and of mutations with an idempotency key. `false`: none. */
  readonly retry?: RetryOptions | false | undefined
  readonly timers?: ClientTimers | undefined
}

/** Options of one request. */
export interface RequestOptions {
  /** Ends the request; it is rejected with the reason of the signal. */
  readonly signal?: AbortSignal | undefined
  /** Time of one attempt, in milliseconds. Default: 20,000. */
  readonly timeoutMs?: number | undefined
  /** Replaces that of the client. */
  readonly account?: string | undefined
  /** Variable `key` of a mutation, if it has none. Default: a new key, which only covers repetitions of this call. */
  readonly key?: string | undefined
}

/** Options of a stream as an iterator. */
export interface StreamOptions {
  /** Cursor behind which the stream begins. Default: as the subscription says, mostly from now on. */
  readonly after?: string | null | undefined
  /** Ends the stream; the iterator throws the reason of the signal. */
  readonly signal?: AbortSignal | undefined
  readonly account?: string | undefined
}

/** Options of a followed stream. */
export interface FollowOptions<Result> {
  /** Cursor behind which the stream begins. Default: as the subscription says, mostly from now on. */
  readonly after?: string | null | undefined
  readonly account?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** Receives the items in order. The next one follows when the returned promise is fulfilled. */
  readonly onItem: (item: EventOf<Result>) => unknown
  /**
   * Events are missing: read the state again. The stream continues when the returned promise is fulfilled, behind the resync, or behind the
   * cursor that the promise returns.
   */
  readonly onResync?: ((resync: ResyncItem) => unknown) | undefined
  readonly onState?: ((state: StreamState) => void) | undefined
}

/** Data of a request, with the errors of single fields. */
export interface PartialResult<Result> {
  /** Fields with an error are null. */
  readonly data: Result
  readonly errors: readonly StackgateError[]
}

/** Outcome of an earlier mutation, by its idempotency key. */
export interface OperationOutcome {
  readonly mutation: string
  /** `SUCCEEDED`: `result` is the object. `UNKNOWN`: interrupted; repeat the mutation with the same key. */
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'UNKNOWN'
  /** Time of the first call. */
  readonly at: string
  readonly result: { readonly __typename: string; readonly id: string } | null
}

/** Arguments behind the document: the variables can be left out if all are optional. */
export type VariablesAndOptions<Variables, Options> = {} extends Variables
  ? [variables?: Variables, options?: Options]
  : [variables: Variables, options?: Options]

/** Variables of an operation, in which the client sets an absent `key`. */
export type RequestVariables<Variables> = 'key' extends keyof Variables
  ? Omit<Variables, 'key'> & { readonly key?: string | null | undefined }
  : Variables

/** Variables of a subscription without `after`, which the client sets. */
export type StreamVariables<Variables> = Omit<Variables, 'after'>

/** A client of one installation of Stackgate. */
export interface Stackgate {
  /**
   * Runs a query or mutation and returns its data.
   * @throws StackgateError if the response has an error, even of a single field (`requestPartial` returns those); the reason of the signal
   */
  request<Data, Variables>(
    document: TypedDocument<Data, Variables>,
    ...rest: VariablesAndOptions<RequestVariables<Variables>, RequestOptions>
  ): Promise<Data>
  /**
   * Runs the one mutation of a document. The value is the object of the payload if only that is selected besides `denial`, which must be;
   * otherwise the fields. A list of payloads is a list of results.
   * @throws StackgateError if the request fails; the reason of the signal
   */
  mutate<Data, Variables>(
    document: TypedDocument<Data, Variables>,
    ...rest: VariablesAndOptions<RequestVariables<Variables>, RequestOptions>
  ): Promise<MutationResult<Data>>
  /**
   * As `request`, but it returns the errors of single fields with the data.
   * @throws StackgateError if the response has no data
   */
  requestPartial<Result, Variables>(
    document: TypedDocument<Result, Variables>,
    ...rest: VariablesAndOptions<RequestVariables<Variables>, RequestOptions>
  ): Promise<PartialResult<Result>>
  /**
   * Outcome of a mutation whose response was lost. Null if the server never received the key.
   * @throws StackgateError if the request fails
   */
  operationStatus(key: string, options?: RequestOptions): Promise<OperationOutcome | null>
  /**
   * Items of a subscription, including `Resync`, without a gap across interruptions. It begins with the loop; leave the loop to end it.
   * @throws StackgateError if the stream ends for good; the reason of the signal
   */
  stream<Result, Variables>(
    document: TypedDocument<Result, Variables>,
    ...rest: VariablesAndOptions<StreamVariables<Variables>, StreamOptions>
  ): AsyncGenerator<ItemOf<Result>, void, void>
  /**
   * Calls back for each item of a subscription, without a gap across interruptions.
   * @throws StackgateError if the document cannot be followed; later errors are states
   */
  follow<Result, Variables>(
    document: TypedDocument<Result, Variables>,
    variables: StreamVariables<Variables>,
    options: FollowOptions<Result>,
  ): Promise<StreamHandle>
  /** Reads a state and follows it without a gap between both, and reads it again if events are missing. */
  queryThenFollow<State, StateVariables, Result, Variables>(
    options: JoinOptions<State, StateVariables, Result, Variables>,
  ): Promise<StreamHandle>
  /** Ends all streams. */
  close(): void
}

/** Reads the result of a mutation whose response was lost. */
export const OPERATION = `query StackgateOperation($key: String!) {
  operation(key: $key) { mutation status at result { __typename id } }
}`

/** Waits between attempts to load the code of streams. */
const BASE_MS = 500
const MAX_MS = 15_000

/**
 * Makes a client.
 * @throws StackgateError with the code `CONFIGURATION` if the settings are wrong
 */
export function createStackgate(options: StackgateOptions): Stackgate {
  const { timers = platformTimers, account } = options
  const url = urlOf(options.url)
  const tokens = new Tokens(options.token, options.onSignedOut)
  const fetch = options.fetch ?? ((address, init) => globalThis.fetch(address, init))
  const http = new Http({ url, fetch, persisted: options.persisted ?? false, timers })
  const requests = new Requests(new Batcher(http, timers, options.batch), tokens, timers, options.retry)
  const WebSocket = options.WebSocket ?? (globalThis as { WebSocket?: WebSocketClass }).WebSocket
  const { transport } = options
  if (transport === 'websocket' && !WebSocket)
    throw misuse("This platform has no WebSocket: pass the class of the package ws, or set transport: 'sse'.")
  let isClosed = false
  let loaded: Promise<Streams> | undefined
  let streams: Streams | undefined

  /** Loaded with the first subscription: what a page shows first comes from queries. */
  async function load(attempt = 0): Promise<Streams> {
    const module = await import('./stream/open-streams.js').catch((error: unknown) => {
      if (isClosed) throw error
    })
    if (!module) {
      await delay(timers, backoff(timers, attempt, BASE_MS, MAX_MS))
      return load(attempt + 1)
    }
    streams = module.openStreams({ url, account, transport, WebSocket, http, tokens, timers })
    if (isClosed) streams.close()
    return streams
  }
  const loadedStreams = (): Promise<Streams> => (loaded ??= load())

  async function run(document: TypedDocument<unknown, never>, variables: object = {}, request: RequestOptions = {}) {
    const operation = await prepare(document)
    if (operation.kind === 'subscription') throw misuse('Follow subscriptions with stream.')
    const given = { ...variables }
    const own = operation.kind === 'mutation' ? withKey(given, request.key, operation.hasKey) : given
    const sent = asSent(own, `The variables of ${operation.name ?? 'the document'}`)
    const { signal, timeoutMs } = request
    return requests.run(
      { document: operation, variables: sent },
      { signal, timeoutMs, account: request.account ?? account },
    )
  }

  const client = {
    async request(document: never, variables?: object, request?: RequestOptions) {
      const { data, error } = await run(document, variables, request)
      if (error) throw error
      return data as object
    },
    async mutate(document: never, variables?: object, request?: RequestOptions) {
      const data: object = await client.request(document, variables, request)
      return resultOf(Object.values(data)[0])
    },
    async requestPartial(document: never, variables?: object, request?: RequestOptions) {
      const { data, error } = await run(document, variables, request)
      return { data, errors: error?.errors ?? [] }
    },
    async operationStatus(key: string, request?: RequestOptions) {
      const data = await client.request(documentOfText(OPERATION) as never, { key }, request)
      return (data as unknown as { operation: OperationOutcome | null }).operation
    },
    async *stream(document: never, variables: object = {}, { after, ...rest }: StreamOptions = {}) {
      yield* (await loadedStreams()).iterate(document, withAfter(variables, after), rest)
    },
    async follow(document: never, variables: object, follow: FollowOptions<never>) {
      const { after, signal, onItem, onResync, onState } = follow
      signal?.throwIfAborted()
      const consumer = { onItem, onResync: onResync ?? (() => undefined), onState }
      const handle = await (await loadedStreams()).open(document, withAfter(variables, after), follow.account, consumer)
      signal?.addEventListener('abort', () => handle.close(), { once: true })
      if (signal?.aborted) handle.close()
      return handle
    },
    queryThenFollow: (join: never) => joinQueryAndStream(client as unknown as Stackgate, join),
    close() {
      isClosed = true
      streams?.close()
    },
  }
  return client as unknown as Stackgate
}

const withAfter = (variables: object, after: string | null | undefined): Record<string, unknown> => ({
  ...variables,
  ...(after === undefined || after === null ? {} : { after }),
})

function urlOf(url: string | URL): string {
  try {
    const { protocol, href } = new URL(url)
    if (protocol === 'http:' || protocol === 'https:') return href
  } catch {
    // Below.
  }
  throw misuse(`url must be an absolute http address, not ${String(url)}.`)
}
