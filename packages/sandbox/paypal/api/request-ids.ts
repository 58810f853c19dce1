import { createHash } from 'node:crypto'
import type { SandboxState } from '#sandbox-state.js'
import type { PayPalCall, PayPalRoute } from './route.js'
import { PayPalError } from './paypal-error.js'

/** Earlier response to a request ID: its object, or the response if it had no object. */
export interface Remembered {
  status: number
  body: object | undefined
}

/** The most characters that PayPal takes. */
const MAX_LENGTH = 108

/**
 * Returns the earlier response to this request ID within the documented window of business time. An object is returned
 * in its current state, with 200. Undefined for a new ID. Throws if the ID was used for another request.
 */
export function recall(world: SandboxState, route: PayPalRoute, id: string, call: PayPalCall): Remembered | undefined {
  if (id.length > MAX_LENGTH) throw tooLong(id)
  const known = world.store.get('paypal.answer', keyOf(route, id))
  if (known === undefined) return undefined
  if (known.at + route.remembers <= world.clock.now) {
    world.store.remove('paypal.answer', known.id)
    return undefined
  }
  if (known.fingerprint !== fingerprintOf(call)) throw usedBefore()
  if (known.object !== null && route.again !== undefined) {
    const { body, minimal } = route.again(world, known.object)
    return { status: route.repeats ?? 200, body: call.isWhole ? body : (minimal ?? body) }
  }
  return { status: known.status, body: known.body ?? undefined }
}

/** Stores a response. Errors are not stored, so that a corrected request can use the same ID. */
export function remember(
  world: SandboxState,
  route: PayPalRoute,
  id: string,
  call: PayPalCall,
  answer: { status: number; body: (object & { id?: string }) | undefined },
): void {
  world.store.put('paypal.answer', {
    id: keyOf(route, id),
    fingerprint: fingerprintOf(call),
    object: answer.body?.id ?? null,
    status: answer.status,
    body: answer.body ?? null,
    at: world.clock.now,
    keptUntil: world.clock.now + route.remembers,
  })
}

/** A request id belongs to one kind of call. */
function keyOf(route: PayPalRoute, id: string): string {
  return `${route.method} ${route.path} ${id}`
}

function fingerprintOf(call: PayPalCall): string {
  return createHash('sha256')
    .update(JSON.stringify([call.ids, call.body]))
    .digest('base64url')
}

function usedBefore(): PayPalError {
  return new PayPalError(
    422,
    'UNPROCESSABLE_ENTITY',
    'The requested action could not be performed, semantically incorrect, or failed business validation.',
    [
      {
        issue: 'DUPLICATE_REQUEST_ID',
        field: 'PayPal-Request-Id',
        location: 'header',
        description: 'The value of PayPal-Request-Id header has already been used with another request.',
      },
    ],
  )
}

function tooLong(id: string): PayPalError {
  return new PayPalError(
    400,
    'INVALID_REQUEST',
    'Request is not well-formed, syntactically incorrect, or violates schema.',
    [
      {
        issue: 'INVALID_STRING_LENGTH',
        field: 'PayPal-Request-Id',
        location: 'header',
        value: id.slice(0, 50),
        description: 'The value of a field is either too short or too long',
      },
    ],
  )
}
