import type { Mode } from '#services/kernel/config/mode.js'

/** From where certificates are taken. */
export interface CertificateSource {
  /** URL of a replacement. Null: PayPal's own. */
  readonly standIn: URL | null
  readonly mode: Mode
}

const PATH = '/v1/notifications/certs/'
const NAME = /^[A-Za-z0-9._-]{1,128}$/

const HOSTS = {
  live: new Set(['api.paypal.com', 'api-m.paypal.com']),
  test: new Set(['api.sandbox.paypal.com', 'api-m.sandbox.paypal.com']),
}

/** The same for one source, remembering the last one that was good: PayPal names one for months, and reading it costs as much as the event. */
export function certificateUrlsOf(source: CertificateSource): (given: string) => URL | null {
  let last: { readonly given: string; readonly url: URL } | null = null
  return (given) => {
    if (last?.given === given) return last.url
    const url = certificateUrl(given, source)
    if (url) last = { given, url }
    return url
  }
}

/**
 * Pure: URL of a certificate, if it is allowed. Any sender can put one into a header: it must be https on a PayPal host
 * of this mode, without port, credentials, query or unusual spelling, in the certificate folder; or in that folder of
 * the replacement.
 */
export function certificateUrl(given: string, { standIn, mode }: CertificateSource): URL | null {
  if (given.length > 512 || !URL.canParse(given)) return null
  const url = new URL(given)
  // A URL that is not in normalized form is likely an attack.
  if (url.href !== given || url.username || url.password || url.search || url.hash) return null
  const folder = standIn ? `${standIn.pathname.replace(/\/$/, '')}${PATH}` : PATH
  if (!url.pathname.startsWith(folder) || !NAME.test(url.pathname.slice(folder.length))) return null
  if (standIn) return mode !== 'live' && url.origin === standIn.origin ? url : null
  if (url.protocol !== 'https:' || url.port) return null
  return HOSTS[mode === 'live' ? 'live' : 'test'].has(url.hostname) ? url : null
}
