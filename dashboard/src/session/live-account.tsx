import { useQueryClient } from '@tanstack/react-query'
import { createContext, use, useEffect, useState, type ReactNode } from 'react'
import type { StackgateError, StreamState } from '@stackgate/client'
import { Account, BillingEvents } from '@stackgate/client/documents'
import { affectedBy } from './affected.js'
import { readAffected } from './read-affected.js'
import { useSession } from './session-context.js'

export const LiveContext = createContext<StreamState>({ state: 'connecting' })

/** State of the stream of the account that is open. */
export const useLiveState = (): StreamState => use(LiveContext)

/** All events, with those of each use, which `*` does not select because they are frequent. */
const EVENTS = ['*', 'usage.recorded']

/** Reads an account and follows its events: what they change is read again. */
export function LiveAccount({ account, children }: { readonly account: string; readonly children: ReactNode }) {
  const { client } = useSession()
  const queries = useQueryClient()
  const [state, setState] = useState<StreamState>({ state: 'connecting' })

  useEffect(() => {
    const end = new AbortController()
    const affected = readAffected(queries, affectedBy)
    client
      .queryThenFollow({
        query: Account,
        queryVariables: { account },
        stream: BillingEvents,
        streamVariables: { account, types: EVENTS },
        cursorOf: (data) => data.account?.streamCursor,
        onData: (data) => {
          queries.setQueryData(['Account', { account }], data)
          // Everything that was read before this cursor can be old.
          void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'Account' })
        },
        onItem: (event) => {
          if (event.__typename === 'BillingEvent') affected.add(event.type)
        },
        onState: setState,
        signal: end.signal,
      })
      .catch((error: unknown) => {
        if (!end.signal.aborted) setState({ state: 'ended', reason: 'error', error: error as StackgateError })
      })
    return () => {
      end.abort()
      affected.stop()
    }
  }, [client, queries, account])

  return <LiveContext value={state}>{children}</LiveContext>
}
