import type { RequestOptions, Stackgate, RequestVariables, VariablesAndOptions } from './client.js'
import type { TypedDocument } from './operation.js'
import { misuse } from './errors.js'
import type { EventOf, StreamState } from './stream/items.js'
import type { StreamHandle } from './stream/streams.js'

/** A query and the stream that continues it. */
export interface JoinOptions<State, StateVariables, Result, Variables> {
  /** Query that selects the `cursor` of the object that the stream is about. */
  readonly query: TypedDocument<State, StateVariables>
  readonly queryVariables: StateVariables
  /** Subscription that continues behind that cursor. */
  readonly stream: TypedDocument<Result, Variables>
  readonly streamVariables: Omit<Variables, 'after'>
  /** The cursor in the result of the query. */
  readonly cursorOf: (state: State) => string | null | undefined
  /** Receives the state: once at the beginning, and again whenever events are missing. */
  readonly onData: (state: State) => unknown
  /** Receives what changes it. A change that the state contains can come again: applying it twice must have no effect. */
  readonly onItem: (item: EventOf<Result>) => unknown
  readonly onState?: ((state: StreamState) => void) | undefined
  readonly account?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** Reads the state, and follows the stream behind the cursor of that state. */
export async function joinQueryAndStream<State, StateVariables, Result, Variables>(
  client: Stackgate,
  options: JoinOptions<State, StateVariables, Result, Variables>,
): Promise<StreamHandle> {
  const { query, queryVariables, stream, streamVariables, cursorOf, onData, onItem, onState, account, signal } = options
  const shared = { account, signal }
  const read = async (): Promise<string> => {
    const rest = [queryVariables, shared] as unknown as VariablesAndOptions<
      RequestVariables<StateVariables>,
      RequestOptions
    >
    const state = await client.request(query, ...rest)
    const cursor = cursorOf(state)
    if (!cursor) throw misuse('cursorOf returned no cursor.')
    await onData(state)
    return cursor
  }
  const after = await read()
  return client.follow(stream, streamVariables, { ...shared, after, onItem, onState, onResync: read })
}
