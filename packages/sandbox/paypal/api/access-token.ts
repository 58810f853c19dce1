import { createHmac } from 'node:crypto'
import { equalText } from '#control/guards.js'
import type { SandboxState } from '#sandbox-state.js'

/** Accepts only credentials that cannot be mistaken for real ones. */
export const CLIENT_PREFIX = 'sandbox-client-'
export const SECRET_PREFIX = 'sandbox-secret-'

/** Seconds of machine time in which a token is good: nine hours, as PayPal's. */
export const TOKEN_LIFETIME = 9 * 60 * 60

const TOKEN_PREFIX = 'A21AA'

/** The client that Basic credentials name; null when they are not of this sandbox. */
export function readClient(authorization: string | undefined): string | null {
  const [scheme, value] = (authorization ?? '').split(' ', 2)
  if (scheme?.toLowerCase() !== 'basic' || value === undefined) return null
  const [client = '', secret = ''] = Buffer.from(value, 'base64').toString('utf8').split(':', 2)
  return client.startsWith(CLIENT_PREFIX) && secret.startsWith(SECRET_PREFIX) ? client : null
}

/** A token that says itself until when it is good; `expireTokens` ends all of them before. */
export function issueToken(world: SandboxState, now = Date.now()): string {
  const until = Math.floor(now / 1000) + TOKEN_LIFETIME
  const content = Buffer.from(`${until}.${generation(world)}.${world.ids.nextRequest()}`).toString('base64url')
  return `${TOKEN_PREFIX}${content}.${seal(world, content)}`
}

/** The problem of a bearer token now: it is missing, not of this sandbox, or over. Null if it is good. */
export function tokenProblem(
  world: SandboxState,
  authorization: string | undefined,
  now = Date.now(),
): 'missing' | 'foreign' | 'over' | null {
  const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1]
  if (token === undefined) return 'missing'
  const [content = '', sealed = ''] = token.slice(TOKEN_PREFIX.length).split('.', 2)
  if (!token.startsWith(TOKEN_PREFIX) || !equalText(sealed, seal(world, content))) return 'foreign'
  const [until, issued] = Buffer.from(content, 'base64url').toString('utf8').split('.')
  return Number(until) * 1000 > now && Number(issued) === generation(world) ? null : 'over'
}

/** Ends every token that was given out, as when PayPal revokes them. */
export function expireTokens(world: SandboxState): void {
  world.ids.count('paypal:tokens')
}

function generation(world: SandboxState): number {
  return world.store.get('counter', 'paypal:tokens')?.value ?? 0
}

function seal(world: SandboxState, content: string): string {
  return createHmac('sha256', world.paypal.tokenKey).update(content).digest('base64url')
}
