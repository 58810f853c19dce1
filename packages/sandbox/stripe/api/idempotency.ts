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
export function recall(world: SandboxState, key: string, { fingerprint, path }: RequestMark): KeptAnswer | undefined {
  if (key.length > MAX_KEY_LENGTH) throw invalid(`Idempotency-Key is too long: at most ${MAX_KEY_LENGTH} characters.`)
  const stored = world.store.get('idempotency', key)
  if (stored === undefined) return undefined
  if (stored.at + KEPT_FOR <= world.clock.now) {
    world.store.remove('idempotency', key)
    return undefined
  }
  if (stored.fingerprint !== fingerprint) {
    const sameUse =
      stored.path === undefined || stored.path === path
        ? 'with the same parameters they were first used with'
        : `for the same endpoint they were first used for ('${path}' vs '${stored.path}')`
    throw new StripeError(400, 'idempotency_error', {
      message:
        `Keys for idempotent requests can only be used ${sameUse}. ` +
        `Try using a key other than '${key}' if you meant to execute a different request.`,
    })
  }
  return { status: stored.status, body: stored.body, requestId: stored.requestId ?? '' }
}

/** Stores a response for its key. */
export function remember(world: SandboxState, key: string, mark: RequestMark, answer: KeptAnswer): void {
  world.store.put('idempotency', { id: key, ...mark, ...answer, at: world.clock.now })
}

const inOrder = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? sorted(value as Record<string, unknown>)
    : value

/** The request of a key. */
export interface RequestMark {
  path: string
  /** Hash of method, path and parameters, whose order does not matter. */
  fingerprint: string
}

/** Marks a request. */
export function markOf(method: string, path: string, parameters: unknown): RequestMark {
  const text = `${method} ${path} ${JSON.stringify(parameters, inOrder)}`
  return { path, fingerprint: createHash('sha256').update(text).digest('base64url') }
}
