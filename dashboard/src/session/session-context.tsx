import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react'
import { StackgateError, type Stackgate } from '@stackgate/client'
import type { DashboardConfig } from './config.js'
import { clientOf, storedSession, storeSession, type Session } from './session.js'

interface SessionValue {
  readonly config: DashboardConfig
  readonly session: Session | null
  readonly client: Stackgate
  readonly signIn: (session: Session) => void
  readonly signOut: () => void
}

const SessionContext = createContext<SessionValue | null>(null)

/** The session of this tab. */
export function useSession(): SessionValue {
  const value = use(SessionContext)
  if (!value) throw new Error('There is no session around this component.')
  return value
}

/** A refusal does not change by asking again; the client repeats what the network lost. */
const newQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        retry: (count, error) => !(error instanceof StackgateError) && count < 2,
      },
    },
  })

/** A session with its client and what was read by it. */
interface OpenSession {
  /** Different for each session of the tab. */
  readonly key: number
  readonly session: Session | null
  readonly client: Stackgate
  readonly queries: QueryClient
  onSignedOut: () => void
}

let opened = 0

function openSession(session: Session | null): OpenSession {
  const next: OpenSession = {
    key: opened++,
    session,
    client: clientOf(session, () => next.onSignedOut()),
    queries: newQueryClient(),
    onSignedOut: () => undefined,
  }
  return next
}

/** Holds the session, its client and its results. Another person begins without results. */
export function SessionProvider({
  config,
  children,
}: {
  readonly config: DashboardConfig
  readonly children: ReactNode
}) {
  const [current, setCurrent] = useState(() => openSession(config.sandboxSignIn ? storedSession() : null))
  const { session, client, queries } = current
  const change = useCallback(
    (next: Session | null) => {
      storeSession(next)
      setCurrent(openSession(next))
      client.close()
    },
    [client],
  )
  // A rejected token ends the session.
  useEffect(() => {
    current.onSignedOut = () => change(null)
  }, [current, change])
  const value = useMemo(
    () => ({ config, session, client, signIn: change, signOut: () => change(null) }),
    [config, session, client, change],
  )
  return (
    <SessionContext value={value}>
      {/* Mounted queries stay with their first client: a new session begins with new components. */}
      <QueryClientProvider client={queries} key={current.key}>
        {children}
      </QueryClientProvider>
    </SessionContext>
  )
}
