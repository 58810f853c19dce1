import { StackgateError } from '@stackgate/client'
import { openPage, pageUrl, type ReachableOpenId } from '../config.js'
import { holdInvitationToken, invitationToken } from '../invitation-token.js'
import { personOf } from '../session.js'
import type { SignInProblem } from '../sign-in-problem.js'
import { markSignedIn } from '../signed-in-flag.js'
import type { SessionStart } from '../start-session.js'
import { exchange, newSignIn, problemOf, type SignInRequest, type TokenSet } from './protocol.js'
import { handOver, isForOtherWindow } from './sign-in-window.js'
import { OpenIdTokens } from './tokens.js'

/** State of this window while it is at the provider. It contains no token of the provider. */
interface Departure extends SignInRequest {
  /** Page to return to. Null: the page of the person's work. */
  readonly page: string | null
  /** Token of an invitation in the address, which only the signed-in person can accept. */
  readonly invitation: string | null
  /** The provider's ID of the person whose session the visit continues. Null for a new sign-in. */
  readonly subject: string | null
}

const REJECTED: readonly string[] = ['UNAUTHENTICATED', 'INVALID_TOKEN', 'TOKEN_EXPIRED']
const DEPARTURE = 'stackgate.sign-in'

function takeDeparture(): Departure | null {
  try {
    const stored = sessionStorage.getItem(DEPARTURE)
    sessionStorage.removeItem(DEPARTURE)
    return stored === null ? null : (JSON.parse(stored) as Departure)
  } catch {
    return null
  }
}

/** Leaves for the identity provider. */
export async function leaveToSignIn(
  openId: ReachableOpenId,
  page: string | null,
  { prompt, subject = null }: { readonly prompt?: 'none'; readonly subject?: string | null } = {},
): Promise<void> {
  const { url, request } = await newSignIn(openId, prompt ? { prompt } : {})
  const departure: Departure = { ...request, page, invitation: invitationToken(), subject }
  sessionStorage.setItem(DEPARTURE, JSON.stringify(departure))
  location.assign(url)
}

const visitor = (problem: SignInProblem | null): SessionStart => ({ session: null, problem })

/** Signs in again after a reload, unseen if the provider still has the session. */
export async function repeatSignIn(openId: ReachableOpenId): Promise<SessionStart> {
  // The last attempt did not return: the provider is away, or the person went back.
  if (takeDeparture()) {
    markSignedIn(false)
    return visitor(null)
  }
  await leaveToSignIn(openId, openPage(), { prompt: 'none' })
  // Nothing is shown until the window has left.
  return new Promise(() => undefined)
}

/** Continues with the answer of the provider. */
export async function completeSignIn(openId: ReachableOpenId, response: URLSearchParams): Promise<SessionStart> {
  if (isForOtherWindow(response)) {
    handOver(response)
    return visitor({ kind: 'windowDone' })
  }
  const departure = takeDeparture()
  if (!departure || departure.state !== response.get('state')) return visitor({ kind: 'notBegun' })
  holdInvitationToken(departure.invitation)
  const result = await tokensOf(openId, response, departure)
  if ('kind' in result) {
    markSignedIn(false)
    goTo(result.kind === 'ended' ? departure.page : welcomeBefore(departure.page))
    // A session that ended by itself is no problem: the page offers to sign in.
    return visitor(result.kind === 'ended' ? null : result)
  }
  // Another user has signed in at the provider. The page belongs to the user before.
  if (departure.subject !== null && result.subject !== departure.subject) {
    markSignedIn(false)
    goTo('/')
    return visitor({ kind: 'personChanged' })
  }
  return openSession(openId, result, departure.page)
}

async function tokensOf(openId: ReachableOpenId, response: URLSearchParams, request: SignInRequest) {
  try {
    return await exchange(openId, response, request)
  } catch (error) {
    return problemOf(error)
  }
}

/** Asks the server who the token belongs to, before it is used. */
async function openSession(openId: ReachableOpenId, tokens: TokenSet, wanted: string | null): Promise<SessionStart> {
  try {
    const { page, email, roles } = await personOf(() => tokens.access)
    const held = new OpenIdTokens(openId, tokens)
    markSignedIn(true)
    goTo(wanted ?? page)
    return { session: { email, roles, token: held.token, openId: held }, problem: null }
  } catch (error) {
    markSignedIn(false)
    goTo(welcomeBefore(wanted))
    return visitor({
      kind: error instanceof StackgateError && REJECTED.includes(error.code) ? 'tokenRejected' : 'serverAway',
      detail: error instanceof StackgateError ? error.requestId : undefined,
    })
  }
}

/** The first page, which leads on to the wanted one after signing in. */
const welcomeBefore = (page: string | null): string =>
  page === null ? '/' : `/?${new URLSearchParams({ next: page })}`

const goTo = (page: string | null): void => history.replaceState(history.state, '', pageUrl(page ?? '/'))
