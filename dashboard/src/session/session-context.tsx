import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createContext, Suspense, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react'
import { StackgateError, type Stackgate } from '@stackgate/client'
import { StackgateProvider } from '@stackgate/react/hooks'
import type { DashboardConfig } from './config.js'
import { returnUrls } from '../ui/return-urls.js'
import { clientOf, dropStoredSession, type Session } from './session.js'
import type { SignInProblem } from './sign-in-problem.js'
import { onSignOutElsewhere, reportSignOut } from './sign-out-channel.js'
import { markSignedIn } from './signed-in-flag.js'
import type { SessionStart } from './start-session.js'
import { locale } from '../words/language.js'
import { lazyPart } from './load-part.js'

const SignInAgain = lazyPart(() => import('../ui/sign-in-again.js'), 'SignInAgain')

interface SessionValue {
  readonly config: DashboardConfig
  readonly session: Session | null
  /** Reason of a sign-in that failed or ended by itself. */
  readonly problem: SignInProblem | null
  readonly client: Stackgate
  readonly signIn: (session: Session) => void
  /** Ends the session, also that at the identity provider. */
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
  readonly problem: SignInProblem | null
  readonly client: Stackgate
  readonly queries: QueryClient
  onSignedOut: () => void
}

let opened = 0

function openSession({ session, problem }: SessionStart): OpenSession {
  const next: OpenSession = {
    key: opened++,
    session,
    problem,
    client: clientOf(session, () => next.onSignedOut()),
    queries: newQueryClient(),
    onSignedOut: () => undefined,
  }
  return next
}

/** Holds the session, its client and its results. Another person begins without results. */
export function SessionProvider({
  config,
  start,
  children,
}: {
  readonly config: DashboardConfig
  readonly start: SessionStart
  readonly children: ReactNode
}) {
  const [current, setCurrent] = useState(() => openSession(start))
  const { session, problem, client, queries } = current
  const change = useCallback(
    (next: SessionStart) => {
      if (!next.session) dropStoredSession()
      setCurrent(openSession(next))
      client.close()
    },
    [client],
  )
  // A rejected token ends the session.
  useEffect(() => {
    current.onSignedOut = () => change({ session: null, problem: current.session?.openId ? { kind: 'ended' } : null })
  }, [current, change])
  useEffect(
    () => (session?.openId ? onSignOutElsewhere(() => change({ session: null, problem: null })) : undefined),
    [session, change],
  )
  const value = useMemo(
    () => ({
      config,
      session,
      problem,
      client,
      signIn: (next: Session) => change({ session: next, problem: null }),
      signOut: () => {
        change({ session: null, problem: null })
        if (session?.openId) void leave(session.openId)
      },
    }),
    [config, session, problem, client, change],
  )
  return (
    <SessionContext value={value}>
      {/* Mounted queries stay with their first client: a new session begins with new components. */}
      <QueryClientProvider client={queries} key={current.key}>
        <StackgateProvider
          client={client}
          accountId={session ? undefined : null}
          returnUrls={returnUrls()}
          locale={locale}
        >
          {children}
        </StackgateProvider>
        {session?.openId && (
          <Suspense>
            <SignInAgain tokens={session.openId} />
          </Suspense>
        )}
      </QueryClientProvider>
    </SessionContext>
  )
}

/** Signs out in every window and at the identity provider. */
async function leave(openId: NonNullable<Session['openId']>): Promise<void> {
  markSignedIn(false)
  reportSignOut()
  const url = await openId.end()
  if (url) location.assign(url)
}
