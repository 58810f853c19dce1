import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState, type ReactNode } from 'react'
import type { StackgateError, StreamState } from '@stackgate/client'
import { OperatorEvents } from '@stackgate/client/documents'
import { affectedForOperators } from './affected.js'
import { LiveContext } from './live-account.js'
import { readAffected } from './read-affected.js'
import { useSession } from './session-context.js'

/** These types are frequent, and are sent by request only. */
const TYPES = { types: ['*', 'usage_comparison.progressed', 'webhook_event.received'] }

/** Follows what needs an operator in all accounts: what its events change is read again. */
export function LiveOperations({ children }: { readonly children: ReactNode }) {
  const { client } = useSession()
  const queries = useQueryClient()
  const [state, setState] = useState<StreamState>({ state: 'connecting' })

  useEffect(() => {
    const end = new AbortController()
    const affected = readAffected(queries, affectedForOperators)
    client
      .follow(OperatorEvents, TYPES, {
        onItem: (event) => {
          if (event.__typename === 'OperatorEvent') affected.add(event.type)
          // The snapshot that begins the stream: what was read before it can be old.
          else void queries.invalidateQueries()
        },
        onResync: () => queries.invalidateQueries(),
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
  }, [client, queries])

  return <LiveContext value={state}>{children}</LiveContext>
}
