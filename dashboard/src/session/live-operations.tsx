import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState, type ReactNode } from 'react'
import type { StackgateError, StreamState } from '@stackgate/client'
import { OperatorEvents } from '@stackgate/client/documents'
import { affectedForOperators } from './affected-operations.js'
import { LiveContext } from './live-account.js'
import { useSession } from './session-context.js'

/** Events that arrive within this time cause one reading, in milliseconds. */
const GATHER_MS = 250

/** Follows what needs an operator in all accounts: what its events change is read again. */
export function LiveOperations({ children }: { readonly children: ReactNode }) {
  const { client } = useSession()
  const queries = useQueryClient()
  const [state, setState] = useState<StreamState>({ state: 'connecting' })

  useEffect(() => {
    const end = new AbortController()
    const pending = new Set<string>()
    let timer: ReturnType<typeof setTimeout> | undefined
    const readAgain = () => {
      timer = undefined
      const names = new Set(pending)
      pending.clear()
      void queries.invalidateQueries({ predicate: ({ queryKey: [name] }) => names.has(String(name)) })
    }
    client
      .follow(
        OperatorEvents,
        {},
        {
          onItem: (event) => {
            if (event.__typename !== 'OperatorEvent') return
            for (const name of affectedForOperators(event.type)) pending.add(name)
            timer ??= setTimeout(readAgain, GATHER_MS)
          },
          onResync: () => queries.invalidateQueries(),
          onState: setState,
          signal: end.signal,
        },
      )
      .catch((error: unknown) => {
        if (!end.signal.aborted) setState({ state: 'ended', reason: 'error', error: error as StackgateError })
      })
    return () => {
      end.abort()
      clearTimeout(timer)
    }
  }, [client, queries])

  return <LiveContext value={state}>{children}</LiveContext>
}
