import type Stripe from 'stripe'
import type { CertificateChain } from './paypal/certificates/chain.js'
import type { Clock } from './time/clock.js'
import type { DueQueue } from './time/due-queue.js'
import type { Ids } from './state/ids.js'
import type { Store } from './state/store.js'

/** API request that causes the current change. Both are null if the sandbox acts by itself. */
export interface Cause {
  id: string | null
  idempotency_key: string | null
}

/** Everything the rules of the sandbox need. Rules are synchronous: one call is one change of the world. */
export interface SandboxState {
  readonly store: Store
  readonly ids: Ids
  readonly clock: Clock
  readonly due: DueQueue
  /** Where the sandbox is reached, without a slash at the end; known once it listens. */
  baseUrl: string
  /** Why things happen now; see `causedBy`. */
  cause: Cause
  /** Events that wait for their place in a usual order; see `publishInOrder`. */
  held: HeldEvent[] | null
  /** Violations of the providers' schemas by responses and events. Null if the check is off. */
  readonly violations: string[] | null
  readonly paypal: PayPalWorld
  /** Takes a new delivery on its way (set by the dispatcher). */
  deliver: (deliveryId: string) => void
  /** Begins to move the clock to a moment (milliseconds), without waiting for it (set by the time machine). */
  advance: (target: number) => void
}

/** An event that is not published yet. */
export interface HeldEvent {
  type: Stripe.Event['type']
  object: object
  previous: Record<string, unknown> | undefined
}

/** PayPal's dependencies other than the state. */
export interface PayPalWorld {
  /** Certificates that sign webhooks. */
  certificates: CertificateChain
  /** The name under which the leaf and its intermediate are served. */
  certificateName: string
  /** Key that seals access tokens. */
  tokenKey: string
}

/** Cause of a change that no request made: time passed, or a user clicked. */
export const BY_ITSELF: Cause = { id: null, idempotency_key: null }

/** Runs a rule as one change of the world, whose events carry the request that caused them. */
export function causedBy<T>(world: SandboxState, cause: Cause, rule: () => T): T {
  const before = world.cause
  world.cause = cause
  try {
    return world.store.atomically(rule)
  } catch (error) {
    world.due.reload()
    throw error
  } finally {
    world.cause = before
  }
}

/** Runs a rule for its result only, and rolls back its writes, its scheduled work and its events. */
export function tryOut<T>(world: SandboxState, rule: () => T): T {
  const { deliver, held } = world
  world.deliver = () => undefined
  world.held = null
  try {
    return world.store.tryOut(rule)
  } finally {
    world.deliver = deliver
    world.held = held
    world.due.reload()
  }
}
