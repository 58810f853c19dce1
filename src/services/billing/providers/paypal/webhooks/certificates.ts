import { X509Certificate, type KeyObject } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import { LRUCache } from 'lru-cache'
import type { Timers } from '#services/kernel/time/timers.js'
import type { Dispatcher } from 'undici'
import { ProviderUnavailable } from '#services/billing/providers/provider-errors.js'

/** Key of a delivery's signer. */
export interface NamedKey {
  readonly key: KeyObject
  /**
   * True if its certificate is PayPal's for messages and currently valid. Otherwise PayPal's API verifies the delivery.
   */
  readonly trusted: boolean
}

/** Returns the key of the certificate at an allowed URL. Null if there is none. */
export type CertificateKeys = (url: URL, now: Date) => Promise<NamedKey | null>

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g
const LARGEST_BYTES = 65_536
const MAX_CHAIN_LENGTH = 6
const KEPT_MS = 24 * 3_600_000
/**
 * An untrusted certificate is fetched again soon, in case it was fixed. Until then it is not fetched, because a sender
 * can name many.
 */
const DOUBTED_MS = 60_000
/** Any sender can name missing certificates. Maximum number of new names per minute; PayPal uses one for months. */
const NEW_NAMES_PER_MINUTE = 30

/** Names of PayPal's certificates for message signatures. */
const SIGNER = /^messageverificationcerts\.(?:sandbox\.)?paypal\.com$/

/**
 * Certificates by URL, fetched once and cached for a day. A key is trusted only with a chain to a root: the
 * replacement's, or those of Node. Trusted keys are cached separately, so that invented names do not evict them.
 */
export function createCertificateKeys(
  dispatcher: Dispatcher,
  timers: Timers,
  trustedRoots: readonly string[] = rootCertificates,
): CertificateKeys {
  const roots = trustedRoots.map((pem) => new X509Certificate(pem))
  // Caches verified signers: verifying a chain costs more than all other processing of an event.
  const trusted = new LRUCache<string, Signer>({ max: 20, ttl: KEPT_MS, perf: { now: () => timers.monotonic() } })
  const doubted = new LRUCache<string, Signer>({ max: 200, ttl: DOUBTED_MS, perf: { now: () => timers.monotonic() } })
  const underWay = new Map<string, Promise<Signer>>()
  const wasTrusted = new Set<string>()
  const takeName = perMinute(timers, NEW_NAMES_PER_MINUTE)

  const look = async (href: string): Promise<Signer> => {
    const signer = readSigner(await fetchChain(dispatcher, new URL(href)), roots, new Date(timers.now()))
    if (signer.until) {
      trusted.set(href, signer)
      wasTrusted.add(href)
    } else doubted.set(href, signer)
    return signer
  }
  const signerAt = (href: string): Signer | Promise<Signer> => {
    const known = trusted.get(href) ?? doubted.get(href) ?? underWay.get(href)
    if (known) return known
    if (!wasTrusted.has(href) && !takeName()) throw new TooManyNames('too many unknown certificates')
    const looking = look(href).finally(() => underWay.delete(href))
    underWay.set(href, looking)
    return looking
  }
  return async (url, now) => {
    const { key, from, until } = await signerAt(url.href)
    return key && { key, trusted: from !== null && until !== null && from <= now && now <= until }
  }
}

/** Too many new names: the delivery must be sent again. PayPal's API is not called for them either. */
export class TooManyNames extends ProviderUnavailable {}

/** Returns whether the limit of the current minute (machine clock) allows one more. */
function perMinute(timers: Timers, maximum: number): () => boolean {
  let minute = 0
  let taken = 0
  return () => {
    const now = Math.floor(timers.now() / 60_000)
    if (now !== minute) [minute, taken] = [now, 0]
    taken += 1
    return taken <= maximum
  }
}

/**
 * A signing key, and the validity of its certificate chain. Without validity if the chain is invalid, without a key if
 * there is none.
 */
interface Signer {
  readonly key: KeyObject | null
  readonly from: Date | null
  readonly until: Date | null
}

function readSigner(chain: readonly X509Certificate[], roots: readonly X509Certificate[], now: Date): Signer {
  const [leaf, ...others] = chain
  if (!leaf) return { key: null, from: null, until: null }
  const key = leaf.publicKey
  if (!isSigner(leaf) || !leadsToRoot(leaf, others, roots, now)) return { key, from: null, until: null }
  const times = (of: 'validFromDate' | 'validToDate') => chain.map((certificate) => certificate[of].getTime())
  return {
    key,
    from: new Date(Math.max(...times('validFromDate'))),
    until: new Date(Math.min(...times('validToDate'))),
  }
}

/** An empty chain for a URL without one; an unresponsive server is retried. */
async function fetchChain(dispatcher: Dispatcher, url: URL): Promise<readonly X509Certificate[]> {
  try {
    const { statusCode, body } = await dispatcher.request({
      origin: url.origin,
      path: url.pathname,
      method: 'GET',
      headersTimeout: 5_000,
      bodyTimeout: 5_000,
    })
    if (statusCode !== 200) {
      await body.dump()
      // A redirect is not followed: it leads to wherever its sender likes.
      if (statusCode < 500 && statusCode !== 429) return []
      throw new Error(`answered ${statusCode}`)
    }
    let text = ''
    for await (const chunk of body) {
      text += String(chunk)
      if (text.length > LARGEST_BYTES) return []
    }
    return readChain(text)
  } catch (error) {
    throw new ProviderUnavailable('a PayPal certificate could not be fetched', { cause: error })
  }
}

/** The certificates in a PEM file, the signer's first; none when one of them is none. */
export function readChain(pem: string): readonly X509Certificate[] {
  try {
    return (pem.match(CERTIFICATE) ?? []).slice(0, MAX_CHAIN_LENGTH).map((text) => new X509Certificate(text))
  } catch {
    return []
  }
}

/** By its alternative names, else by its subject's. */
function isSigner(leaf: X509Certificate): boolean {
  const names = leaf.subjectAltName
    ? leaf.subjectAltName.split(', ').flatMap((name) => (name.startsWith('DNS:') ? [name.slice(4)] : []))
    : [/^CN=(.*)$/m.exec(leaf.subject)?.[1] ?? '']
  return !leaf.ca && names.some((name) => SIGNER.test(name))
}

/** Each certificate is valid now and signed by the next, and the last by a root that we trust. */
export function leadsToRoot(
  leaf: X509Certificate,
  others: readonly X509Certificate[],
  roots: readonly X509Certificate[],
  now: Date,
): boolean {
  let current = leaf
  for (let steps = 0; steps < MAX_CHAIN_LENGTH; steps++) {
    if (!isValidAt(current, now)) return false
    const subject = current
    const isIssuer = (issuer: X509Certificate) =>
      issuer.ca && subject.checkIssued(issuer) && subject.verify(issuer.publicKey)
    if (roots.some((root) => isValidAt(root, now) && isIssuer(root))) return true
    const next = others.find((candidate) => candidate !== subject && isIssuer(candidate))
    if (!next) return false
    current = next
  }
  return false
}

const isValidAt = ({ validFromDate, validToDate }: X509Certificate, now: Date): boolean =>
  validFromDate <= now && now <= validToDate
