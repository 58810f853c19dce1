import { randomBytes } from 'node:crypto'
import type { SandboxState } from '#sandbox-state.js'

/** Secrets are random, because a computable one would not be secret. */
export function newSecret(): string {
  return `whsec_${randomBytes(24).toString('base64url')}`
}

/**
 * Replaces the secret of an endpoint. The previous secret also signs for some seconds of business time, as when a user
 * rolls a secret in Stripe's dashboard.
 */
export function rollSecret(
  world: SandboxState,
  endpoint: string,
  formerLivesFor: number,
): { secret: string; formerUntil: string } {
  const { secret: former } = world.store.need('webhook_secret', endpoint)
  const until = world.clock.now + formerLivesFor * 1000
  const { secret } = world.store.put('webhook_secret', {
    id: endpoint,
    secret: newSecret(),
    former: { secret: former, until },
  })
  return { secret, formerUntil: new Date(until).toISOString() }
}
