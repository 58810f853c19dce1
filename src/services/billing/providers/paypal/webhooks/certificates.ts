import { X509Certificate, type KeyObject } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import { LRUCache } from 'lru-cache'
import type { Dispatcher } from 'undici'
import { ProviderUnavailable } from '../../port.js'

/** Answers the public key of the certificate at an address that was found fit to fetch from. */
export type CertificateKeys = (url: URL, now: Date) => Promise<KeyObject | 'UNTRUSTED'>

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g
const LARGEST_BYTES = 65_536
const LONGEST_CHAIN = 6
const KEPT_MS = 24 * 3_600_000
/** A name that does not exist is not asked for again at once: somebody may send many. */
const MISSING_KEPT_MS = 60_000

/** Whose messages are signed: PayPal's certificates for that carry such a name. */
const SIGNER = /^messageverificationcerts\.(?:sandbox\.)?paypal\.com$/

/**
 * Certificates by their address, fetched once and kept for a day. A key is trusted only with a chain that leads to a root: the
 * stand-in's own, or those that come with Node.
 */
export function createCertificateKeys(
  dispatcher: Dispatcher,
  trustedRoots: readonly string[] = rootCertificates,
): CertificateKeys {
  const roots = trustedRoots.map((pem) => new X509Certificate(pem))
  // What was proved once is remembered with it: following a chain costs more than all the rest of an event.
  const signers = new LRUCache<string, Signer>({
    max: 50,
    ttl: KEPT_MS,
    fetchMethod: async (href, _stale, { options }) => {
      const signer = readSigner(await fetchChain(dispatcher, new URL(href)), roots, new Date())
      if (!signer.key) options.ttl = MISSING_KEPT_MS
      return signer
    },
  })
  return async (url, now) => {
    const signer = await signers.fetch(url.href)
    return signer?.key && signer.from <= now && now <= signer.until ? signer.key : 'UNTRUSTED'
  }
}

/** Whose key may sign, and while all certificates that vouch for it are valid; no key where they do not. */
interface Signer {
  readonly key: KeyObject | null
  readonly from: Date
  readonly until: Date
}

function readSigner(chain: readonly X509Certificate[], roots: readonly X509Certificate[], now: Date): Signer {
  const [leaf, ...others] = chain
  if (!leaf || !isSigner(leaf) || !leadsToRoot(leaf, others, roots, now)) return { key: null, from: now, until: now }
  const times = (of: 'validFromDate' | 'validToDate') => chain.map((certificate) => certificate[of].getTime())
  return {
    key: leaf.publicKey,
    from: new Date(Math.max(...times('validFromDate'))),
    until: new Date(Math.min(...times('validToDate'))),
  }
}

/** An empty chain for an address where there is none; a server that does not answer is asked again. */
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
    throw new ProviderUnavailable('a certificate of PayPal’s could not be fetched', { cause: error })
  }
}

/** The certificates in a PEM file, the signer's first; none when one of them is none. */
export function readChain(pem: string): readonly X509Certificate[] {
  try {
    return (pem.match(CERTIFICATE) ?? []).slice(0, LONGEST_CHAIN).map((text) => new X509Certificate(text))
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
  for (let steps = 0; steps < LONGEST_CHAIN; steps++) {
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
