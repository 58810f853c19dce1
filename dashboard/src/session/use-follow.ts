import { useEffect, useRef } from 'react'
import type { EventOf, StreamVariables, TypedDocument } from '@stackgate/client'
import { useSession } from './session-context.js'

interface Followed<Result> {
  /** Cursor behind which the stream begins. Undefined until it is known; null begins with the present state. */
  readonly after: string | null | undefined
  readonly onItem: (item: EventOf<Result>) => void
  /** Events are missing: reads the state again. Returns its cursor, if the stream continues there. */
  readonly onMissed?: () => Promise<string | null | undefined>
}

/** Follows a stream while the component is shown. Other variables begin another stream; a later cursor does not. */
export function useFollow<Result, Variables>(
  document: TypedDocument<Result, Variables>,
  variables: StreamVariables<Variables>,
  { after, onItem, onMissed }: Followed<Result>,
): void {
  const { client } = useSession()
  const callbacks = useRef({ onItem, onMissed })
  useEffect(() => {
    callbacks.current = { onItem, onMissed }
  })
  const isReady = after !== undefined
  const key = JSON.stringify(variables)
  useEffect(() => {
    if (!isReady) return
    const end = new AbortController()
    client
      .follow(document, variables, {
        after,
        signal: end.signal,
        onItem: (item) => callbacks.current.onItem(item),
        onResync: () => callbacks.current.onMissed?.(),
      })
      // A stream that cannot begin leaves the page unchanged; the badge of the account says that it is not live.
      .catch(() => undefined)
    return () => end.abort()
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [client, document, key, isReady])
}
