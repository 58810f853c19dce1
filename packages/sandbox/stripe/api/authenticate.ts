import { StripeError } from './stripe-error.js'

/** Accepts only keys that cannot be mistaken for real ones. */
export const KEY_PREFIX = 'sk_test_sandbox'

/** A restricted key can only read. A publishable key has no access here. */
const RESTRICTED_PREFIX = 'rk_test_sandbox'
const PUBLISHABLE_PREFIX = 'pk_'

/** Checks the key of a request (Bearer, or Basic with the key as user name). */
export function authenticate(authorization: string | undefined, method: string): void {
  const key = readKey(authorization)
  if (key === null) {
    throw unauthenticated(
      'You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer ' +
        "auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    )
  }
  if (key.startsWith(KEY_PREFIX)) return
  if (key.startsWith(PUBLISHABLE_PREFIX)) {
    throw unauthenticated(
      'This API call cannot be made with a publishable API key. Please use a secret API key.',
      'secret_key_required',
    )
  }
  if (!key.startsWith(RESTRICTED_PREFIX)) {
    throw unauthenticated(
      `Invalid API Key provided: ${masked(key)}. This sandbox accepts only keys that begin with ${KEY_PREFIX}.`,
    )
  }
  if (method !== 'GET') {
    throw new StripeError(403, 'invalid_request_error', {
      message: `The provided key '${masked(key)}' does not have the required permissions for this endpoint: restricted keys of this sandbox may only read.`,
    })
  }
}

function unauthenticated(message: string, code?: string): StripeError {
  return new StripeError(401, 'invalid_request_error', { message, ...(code === undefined ? {} : { code }) })
}

function masked(key: string): string {
  return `${key.slice(0, 8)}****`
}

function readKey(authorization: string | undefined): string | null {
  const [scheme, value] = (authorization ?? '').split(' ', 2)
  if (scheme === undefined || value === undefined || value === '') return null
  if (scheme.toLowerCase() === 'bearer') return value
  if (scheme.toLowerCase() === 'basic') return Buffer.from(value, 'base64').toString('utf8').split(':', 1)[0] || null
  return null
}
