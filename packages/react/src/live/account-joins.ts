import { StackgateError, type EventOf, type Stackgate, type StreamState } from '@stackgate/client'
import { AccountCursor, BillingEvents, OperatorEvents, type BillingEventsData } from '@stackgate/client/documents'
import type { QueryClient, QueryKey } from '@tanstack/react-query'
import { ANY_ACCOUNT, operationOf, type AccountId } from '../query-keys.js'
import { isAffectedForOperators } from './affected.js'
import type { Join, JoinSink, LiveState } from './joins.js'
import { readAffected } from './read-affected.js'

/** A change of an account, for people: type, sentence and time. */
export type BillingEvent = EventOf<BillingEventsData>

/** The parts that joins work with. */
export interface JoinContext {
  readonly client: Stackgate
  readonly queryClient: QueryClient
  readonly scope: number
  /** ID of each account by the reference that hooks use. The key null is the current account. */
  readonly ids: Map<unknown, string>
  /** The ID of an account, if it is known. */
  readonly idOf: (account: unknown) => unknown
  /** Receives each event of an account. */
  readonly onEvent: (account: AccountId, event: BillingEvent) => void
  /** True if an event of an account changes what an operation shows. */
  readonly isAffected: (operation: string, hasAccount: boolean, type: string) => boolean
}

/** All events, with those of each use, which `*` does not select because they are frequent. */
const EVENTS = ['*', 'usage.recorded']
/** Names the missed events, which can have changed everything. */
const ALL = '*'

/** State of a join by the state of its stream. */
export const liveState = (state: StreamState): LiveState => {
  if (state.state === 'waiting') return { status: 'waiting', since: state.since }
  if (state.state === 'ended') return { status: 'ended', reason: state.reason }
  return state.state === 'live' ? { status: 'live', transport: state.transport } : { status: state.state }
}

/** Parts of a sink that a stream takes as they are. */
export const sinksOf = ({ signal, onState }: JoinSink) => ({
  signal,
  onState: (state: StreamState) => onState(liveState(state)),
})

const shared = (account: AccountId) => (account === undefined ? {} : { account })

/**
 * The cursor of an object.
 * @throws StackgateError if the object does not exist, or the caller may not read it
 */
export function cursorIn(found: { readonly cursor: string } | null | undefined, name: string): string {
  if (found) return found.cursor
  throw new StackgateError({ code: 'NOT_FOUND', message: `${name} not found.` })
}

/** Events of an account: what they change is read again. */
export function billingJoin(context: JoinContext, account: AccountId): Join {
  const { client, queryClient, scope, ids, idOf, onEvent } = context
  const idFor = (named: AccountId) => `billing ${scope} ${named ?? ''}`
  return {
    id: idFor(account),
    start: (sink) => {
      const operationIn = (key: QueryKey) =>
        key[2] === ANY_ACCOUNT || idOf(key[2]) === idOf(account) ? operationOf(key, scope) : undefined
      const isChanged = (key: QueryKey, type: string): boolean => {
        const operation = operationIn(key)
        return !!operation && (type === ALL || context.isAffected(operation, key[2] !== ANY_ACCOUNT, type))
      }
      const changed = readAffected(queryClient, isChanged, sink.signal)
      let isResync = false
      return client.queryThenFollow({
        query: AccountCursor,
        queryVariables: { account },
        stream: BillingEvents,
        streamVariables: { account, types: EVENTS },
        cursorOf: ({ account: found }) => cursorIn(found, 'Account'),
        onData: ({ account: found }) => {
          ids.set(account ?? null, found!.id)
          sink.shareAs(idFor(found!.id))
          sink.onData()
          // A resync waits like other events: interruptions can be frequent.
          if (isResync) return changed(ALL)
          isResync = true
          // Operations that name an account waited for this cursor. After an interruption, events are missing.
          void queryClient.invalidateQueries({
            predicate: ({ queryKey: key }) => !!operationIn(key) && (sink.isAgain || key[2] === ANY_ACCOUNT),
          })
        },
        onItem: (item) => {
          onEvent(account, item)
          changed(item.type)
        },
        ...sinksOf(sink),
        ...shared(account),
      })
    },
  }
}

/** Lists of operators in all accounts are read again when an event changes them. */
export function operatorJoin({ client, queryClient, scope }: JoinContext): Join {
  return {
    id: `operators ${scope}`,
    start: (sink) => {
      const operationIn = (key: QueryKey) => operationOf(key, scope) ?? ''
      const isChanged = (key: QueryKey, type: string) =>
        type === ALL ? operationIn(key) !== '' : isAffectedForOperators(operationIn(key), type)
      const changed = readAffected(queryClient, isChanged, sink.signal)
      return following(sink, ({ onResync, ...states }) =>
        client.follow(
          OperatorEvents,
          { types: OPERATOR_EVENTS },
          {
            ...states,
            onItem: ({ type }) => changed(type),
            // Also when the stream starts: earlier reads can be old.
            onResync: () => {
              onResync()
              changed(ALL)
            },
          },
        ),
      )
    },
  }
}

/** All events for operators, with those that are sent by request only because they are frequent. */
const OPERATOR_EVENTS = ['*', 'usage_comparison.progressed', 'webhook_event.received']

/** Follows a stream that begins with the present state. Resolves when it has begun, and rejects if it ends before. */
const following = <Handle>(
  { signal, onData, onState }: JoinSink,
  follow: (states: ReturnType<typeof sinksOf> & { readonly onResync: () => void }) => Promise<Handle>,
): Promise<Handle> =>
  new Promise((resolve, reject) => {
    let hasBegun = false
    const followed = follow({
      signal,
      onResync: () => {
        hasBegun = true
        onData()
        resolve(followed)
      },
      onState: (state) => {
        if (state.state === 'ended' && !hasBegun) reject(state.error ?? endedEarly())
        else onState(liveState(state))
      },
    })
    followed.catch(reject)
  })

const endedEarly = () =>
  new StackgateError({ code: 'BAD_RESPONSE', message: 'The stream ended before its first item.' })
