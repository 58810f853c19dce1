import { StripeError } from './stripe-error.js'

/** Only keys that nobody could take for real ones are accepted. */
export const KEY_PREFIX = 'sk_test_sandbox_'

/** Checks the secret key of a request (Bearer, or Basic with the key as user name). */
export function authenticate(authorization: string | undefined): void {
  const key = readKey(authorization)
  if (key === null) {
    throw new StripeError(401, 'invalid_request_error', {
      message:
        'You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer ' +
        "auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    })
  }
  if (!key.startsWith(KEY_PREFIX)) {
    throw new StripeError(401, 'invalid_request_error', {
      message: `Invalid API Key provided: ${key.slice(0, 8)}****. This sandbox accepts only keys that begin with ${KEY_PREFIX}.`,
    })
  }
}

function readKey(authorization: string | undefined): string | null {
  const [scheme, value] = (authorization ?? '').split(' ', 2)
  if (scheme === undefined || value === undefined || value === '') return null
  if (scheme.toLowerCase() === 'bearer') return value
  if (scheme.toLowerCase() === 'basic') return Buffer.from(value, 'base64').toString('utf8').split(':', 1)[0] || null
  return null
}
