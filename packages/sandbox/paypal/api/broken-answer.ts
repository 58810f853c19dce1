import type { CallFault } from '#faults/faults.js'
import { refuse, type OutgoingAnswer } from './handle-call.js'
import { PayPalError } from './paypal-error.js'

/** PayPal's response to too many requests. */
export function tooManyRequests(): PayPalError {
  return new PayPalError(429, 'RATE_LIMIT_REACHED', 'Too many requests. Blocked due to rate limiting.')
}

/** PayPal's response to an internal error. */
export function unexpectedError(): PayPalError {
  return new PayPalError(500, 'INTERNAL_SERVER_ERROR', 'An internal server error has occurred.')
}

/** Response of a fault that replaces the rules. Null for faults that run the rules. */
export function answerInstead(fault: CallFault, debugId: string): OutgoingAnswer | null {
  switch (fault.action) {
    case '400':
      return refuse(new PayPalError(400, 'INVALID_REQUEST', 'This request is not accepted (asked for).'), debugId)
    case '429':
      return refuse(tooManyRequests(), debugId)
    case '500':
      // PayPal keeps no failures for a request id, so one that is `stored` is a failure like any other.
      return refuse(unexpectedError(), debugId)
    case 'html502':
      return {
        status: 502,
        body: '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>',
        headers: { 'content-type': 'text/html' },
      }
    case 'no_error_404':
      return { status: 404, body: '{"message":"no Route matched with those values"}', headers: {} }
    default:
      return null
  }
}

/** JSON that ends too early. */
export function malformed({ status, body, headers }: OutgoingAnswer): OutgoingAnswer {
  return { status, headers, body: body.slice(0, Math.floor(body.length / 2)) }
}
