import type { CallFault } from '#faults/faults.js'
import { refuse, type OutgoingAnswer } from './handle-call.js'
import { invalid, StripeError } from './stripe-error.js'

/** Stripe's response to too many requests. */
export function tooManyRequests(): StripeError {
  return new StripeError(
    429,
    'invalid_request_error',
    { code: 'rate_limit', message: 'Request rate limit exceeded. Learn more about rate limits.' },
    { 'stripe-rate-limited-reason': 'global-rate' },
  )
}

/** Stripe's response while another call with the same key is in progress. */
export function keyInUse(key: string): StripeError {
  return new StripeError(409, 'idempotency_error', {
    code: 'idempotency_key_in_use',
    message:
      `There is currently another in-progress request using this Idempotent Key (that probably means you submitted ` +
      `twice, and the other request is still going through): ${key}. Please try again later.`,
  })
}

/** Stripe's response to an internal error. */
export function unexpectedError(): StripeError {
  return new StripeError(500, 'api_error', { message: 'An unexpected error occurred (asked for).' })
}

/** Response of a fault that replaces the rules. Null for faults that run the rules. */
export function answerInstead(fault: CallFault): OutgoingAnswer | null {
  switch (fault.action) {
    case '400':
      return refuse(invalid('This request is not accepted (asked for).'))
    case '429':
      return refuse(tooManyRequests())
    case '500':
      return fault.stored ? null : refuse(unexpectedError())
    case 'html502':
      return {
        status: 502,
        body: '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>',
        headers: { 'content-type': 'text/html' },
      }
    case 'no_error_404':
      // Response of a gateway in between: JSON, but not a Stripe error.
      return { status: 404, body: '{"message":"no Route matched with those values"}', headers: {} }
    default:
      return null
  }
}

/** JSON that ends too early. */
export function malformed({ status, body, headers }: OutgoingAnswer): OutgoingAnswer {
  return { status, headers, body: body.slice(0, Math.floor(body.length / 2)) }
}
