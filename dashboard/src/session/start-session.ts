import { pageUrl, type DashboardConfig, type ReachableOpenId } from './config.js'
import { wasSignedIn } from './signed-in-flag.js'
import type { SignInProblem } from './sign-in-problem.js'
import { storedSession, type Session } from './session.js'

/** First state of a window: a session, or a visitor, with the problem of a failed sign-in. */
export interface SessionStart {
  readonly session: Session | null
  readonly problem: SignInProblem | null
}

/** Path at which the identity provider returns. */
export const RETURN_PAGE = '/signed-in'

/** Completes a sign-in, or repeats an earlier one without a question, before anything is shown. */
export async function startSession({ sandboxSignIn, openId }: DashboardConfig): Promise<SessionStart> {
  if (sandboxSignIn) return { session: storedSession(), problem: null }
  const isReturn = location.pathname === pageUrl(RETURN_PAGE).pathname
  const response = new URLSearchParams(location.search)
  // The code is in no address, whatever the outcome.
  if (isReturn) history.replaceState(history.state, '', pageUrl('/'))
  if (!openId) return { session: null, problem: null }
  if (!openId.provider) return { session: null, problem: { kind: 'providerAway' } }
  if (!isReturn && !wasSignedIn()) return { session: null, problem: null }
  const reachable = openId as ReachableOpenId
  const { completeSignIn, repeatSignIn } = await import('./open-id/sign-in.js')
  return isReturn ? completeSignIn(reachable, response) : repeatSignIn(reachable)
}
