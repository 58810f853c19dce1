import { createHash } from 'node:crypto'
import { sorted } from '#contract/sorted.js'
import type { SandboxState } from '#sandbox-state.js'
import { invalid, StripeError } from './stripe-error.js'

const KEPT_FOR = 24 * 60 * 60 * 1000
const MAX_KEY_LENGTH = 255

/** Response as sent. */
export interface Answer {
  status: number
  body: string
}

/** Stored response with its original request. */
export interface KeptAnswer extends Answer {
  requestId: string
}

/**
 * Earlier response to this key within 24 hours of business time. Undefined for a new key. Throws if the key was used
 * for another request. Requests run without interruption between this call and `remember`, so that of several
 * concurrent ones the first runs and the others get its response.
 */
export function recall(world: SandboxState, key: string, fingerprint: string): KeptAnswer | undefined {
  if (key.length > MAX_KEY_LENGTH) throw invalid(`Idempotency-Key is too long: at most ${MAX_KEY_LENGTH} characters.`)
  const stored = world.store.get('idempotency', key)
  if (stored === undefined) return undefined
  if (stored.at + KEPT_FOR <= world.clock.now) {
    world.store.remove('idempotency', key)
    return undefined
  }
  if (stored.fingerprint !== fingerprint) {
    throw new StripeError(400, 'idempotency_error', {
      message:
        'Keys for idempotent requests can only be used with the same parameters they were first used with. ' +
        `Try using a key other than '${key}' if you meant to execute a different request.`,
    })
  }
  return { status: stored.status, body: stored.body, requestId: stored.requestId ?? '' }
}

/** Stores a response for its key. */
export function remember(world: SandboxState, key: string, fingerprint: string, answer: KeptAnswer): void {
  world.store.put('idempotency', { id: key, fingerprint, ...answer, at: world.clock.now })
}

const inOrder = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? sorted(value as Record<string, unknown>)
    : value

/** Fingerprint of a request: method, path and parameters, whose order does not matter. */
export function fingerprintOf(method: string, path: string, parameters: unknown): string {
  return createHash('sha256')
    .update(`${method} ${path} ${JSON.stringify(parameters, inOrder)}`)
    .digest('base64url')
}
