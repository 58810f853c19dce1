import { createStackgate, type Stackgate, type TokenProvider } from '@stackgate/client'
import { Installation, Viewer } from '@stackgate/client/documents'
import { isVendor } from './areas.js'
import { serverUrl, isServed, operationsPage } from './config.js'
import type { OpenIdTokens } from './open-id/tokens.js'

/** A signed-in person. */
export interface Session {
  readonly email: string
  readonly roles: readonly string[]
  /** Returns the token for a request. Tokens of an identity provider are in memory only; those of the sandbox survive a reload. */
  readonly token: TokenProvider
  /** Null in the sandbox. */
  readonly openId: OpenIdTokens | null
}

/** Answer of the sandbox for a person. */
interface SandboxSession {
  readonly token: string
  readonly email: string
  readonly roles: readonly string[]
}

const STORED = 'stackgate.sandbox-session'

const sessionOf = ({ token, email, roles }: SandboxSession): Session => ({
  email,
  roles,
  token: () => token,
  openId: null,
})

/** The person of the sandbox who was chosen in this tab. */
export function storedSession(): Session | null {
  try {
    const stored = sessionStorage.getItem(STORED)
    return stored === null ? null : sessionOf(JSON.parse(stored) as SandboxSession)
  } catch {
    return null
  }
}

export const dropStoredSession = (): void => sessionStorage.removeItem(STORED)

/** A person of the sandbox, or anybody with an email address and a role. */
export type SandboxPerson =
  | { readonly person: 'ann' | 'vera' | 'ops' }
  | { readonly email: string; readonly role: string }

const ATTEMPTS = 10
const PAUSE_MS = 1_000

/** A busy server refuses requests for a moment, before it has done anything. */
async function requestSandboxSession(person: SandboxPerson): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(new URL('sandbox/session', document.baseURI), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      credentials: 'omit',
      body: JSON.stringify(person),
    })
    if (response.status !== 503 || attempt === ATTEMPTS) return response
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
}

/**
 * Signs in a person of the sandbox.
 * @param isStored true if the person survives a reload of this tab
 * @throws Error with a sentence for people if the server refuses
 */
export async function signInToSandbox(person: SandboxPerson, isStored: boolean): Promise<Session> {
  const response = await requestSandboxSession(person)
  const answer = (await response.json()) as SandboxSession & { message?: string }
  if (!response.ok) throw new Error(answer.message ?? 'The sandbox did not sign you in.')
  const { token, email, roles } = answer
  if (isStored) sessionStorage.setItem(STORED, JSON.stringify({ token, email, roles }))
  return sessionOf({ token, email, roles })
}

/** The person of a token, the page of this person's work: that of operators, of vendors, or of the account, and the page with which it begins later. */
export async function personOf(
  token: TokenProvider,
): Promise<Pick<Session, 'email' | 'roles'> & { page: string; home: string }> {
  const client = createStackgate({ url: serverUrl('graphql'), token })
  try {
    const [{ viewer }, { installation }] = await Promise.all([client.request(Viewer), client.request(Installation)])
    const { user, roles, account } = viewer!
    const own = `/a/${account.id}`
    const area = [
      ...(installation.viewerCan.length > 0 ? [operationsPage()] : []),
      ...(isVendor(viewer!) ? ['/vendor'] : []),
    ].find(isServed)
    return {
      email: user.email,
      roles,
      page: area ?? [`${own}/plans`, own].find(isServed)!,
      home: area ?? own,
    }
  } finally {
    client.close()
  }
}

/** The client of a session, or of a visitor. */
export const clientOf = (session: Session | null, onSignedOut: () => void): Stackgate =>
  createStackgate({ url: serverUrl('graphql'), token: session?.token ?? null, onSignedOut })
