import { createStackgate, type Stackgate } from '@stackgate/client'
import { Viewer } from '@stackgate/client/documents'
import { serverUrl } from './config.js'

/** A signed-in person. Tokens are stored nowhere else; those of the sandbox survive a reload. */
export interface Session {
  readonly token: string
  readonly email: string
  readonly roles: readonly string[]
}

const STORED = 'stackgate.sandbox-session'

/** The person of the sandbox who was chosen in this tab. */
export function storedSession(): Session | null {
  try {
    const stored = sessionStorage.getItem(STORED)
    return stored === null ? null : (JSON.parse(stored) as Session)
  } catch {
    return null
  }
}

export function storeSession(session: Session | null): void {
  if (session === null) sessionStorage.removeItem(STORED)
  else sessionStorage.setItem(STORED, JSON.stringify(session))
}

/** A person of the sandbox, or anybody with an email address and a role. */
export type SandboxPerson =
  | { readonly person: 'ann' | 'vera' | 'ops' }
  | { readonly email: string; readonly role: string }

/**
 * Signs in a person of the sandbox.
 * @throws Error with a sentence for people if the server refuses
 */
export async function signInToSandbox(person: SandboxPerson): Promise<Session> {
  const response = await fetch(new URL('sandbox/session', document.baseURI), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    credentials: 'omit',
    body: JSON.stringify(person),
  })
  const answer = (await response.json()) as Session & { message?: string }
  if (!response.ok) throw new Error(answer.message ?? 'The sandbox did not sign you in.')
  return { token: answer.token, email: answer.email, roles: answer.roles }
}

/** ID of the account of the person who signed in. */
export async function accountOf(session: Session): Promise<string> {
  const client = clientOf(session, () => undefined)
  try {
    const { viewer } = await client.request(Viewer)
    return viewer!.account.id
  } finally {
    client.close()
  }
}

/** The client of a session, or of a visitor. */
export const clientOf = (session: Session | null, onSignedOut: () => void): Stackgate =>
  createStackgate({ url: serverUrl('graphql'), token: session?.token ?? null, onSignedOut })
