import { parseOrigin, type Origin } from './messages.js'

/** Pages of the payment providers. */
const PROVIDERS: readonly Origin[] = [
  'https://checkout.stripe.com',
  'https://billing.stripe.com',
  'https://www.paypal.com',
]

const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/

/**
 * Returns a function that returns the normalized URL if the top window may open it, otherwise null. Allowed are the
 * pages of the payment providers and the given origins, without user information. Only the sandbox, on a loopback
 * address, may lack https.
 *
 * @throws TypeError if an origin is neither https nor a loopback address.
 */
export function redirectHosts(others: readonly string[]): (url: string) => string | null {
  const allowed = new Set<string>(PROVIDERS)
  for (const other of others) {
    const origin = parseOrigin(other)
    if (!origin.startsWith('https:') && !LOOPBACK.test(origin))
      throw new TypeError(`@stackgate/iframe: a redirect needs https, and ${origin} has none.`)
    allowed.add(origin)
  }
  return (text) => {
    try {
      const url = new URL(text)
      // The origin of a `blob:` URL is that of the page that made it, so the scheme is compared too.
      return allowed.has(url.origin) && url.href.startsWith(url.origin) && !url.username && !url.password
        ? url.href
        : null
    } catch {
      return null
    }
  }
}
