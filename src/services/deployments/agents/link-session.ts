import { AppError } from '#services/kernel/errors/app-error.js'
import type { Context } from '#services/kernel/context/context.js'
import type { SecretBox } from '#services/kernel/secrets/secret-box.js'
import type { Caller, IdentityContext, UserCaller } from '#services/identity/model/caller.js'

const PURPOSE = 'agent-link'
/** Time to choose a deployment and press a button; by the machine clock. */
const SESSION_SECONDS = 900

type SessionParts = Pick<Context, 'secrets' | 'timers'>
type Person = Pick<UserCaller, 'userId' | 'subject' | 'email'>

/**
 * A session with one permission: linking an agent to a deployment of the user. Sealed by us and stored by the agent's
 * page.
 */
export function sealLinkSession({ secrets, timers }: SessionParts, { userId, subject, email }: UserCaller): string {
  const until = Math.floor(timers.now() / 1000) + SESSION_SECONDS
  return secrets.seal(JSON.stringify({ userId, subject, email, until }), PURPOSE)
}

/** The user of a session, without permissions beyond membership. */
export function openLinkSession(
  { access, secrets, timers }: SessionParts & Pick<IdentityContext, 'access'>,
  session: string,
): Caller {
  const { userId, subject, email, until } = read(secrets, session)
  if (until * 1000 < timers.now()) throw new AppError('TOKEN_EXPIRED', 'The session has expired. Sign in again.')
  const expiresAt = new Date(until * 1000)
  return {
    kind: 'user',
    principal: userId,
    userId,
    subject,
    email,
    emailVerified: true,
    roles: [],
    access,
    currentAccountId: null,
    expiresAt,
  }
}

function read(secrets: SecretBox, session: string): Person & { until: number } {
  try {
    return JSON.parse(secrets.open(session, PURPOSE)) as Person & { until: number }
  } catch {
    throw new AppError('INVALID_TOKEN', 'Invalid session. Sign in again.')
  }
}
