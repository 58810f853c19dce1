import { createHash } from 'node:crypto'
import { hmacBase64, hmacBase64Aside, sha256Aside } from '#services/kernel/secrets/secret-box.js'

/** The parts of a request that a signature can speak for. */
export interface SignedRequest {
  readonly method: string
  /** Path and query as sent, without the prefix of a proxy and without repeated slashes. */
  readonly path: string
  readonly timestamp: string
  readonly requestId: string
  readonly body: Buffer
}

/** Signature that every agent sends. It covers only the body, so that all GET requests have the same signature. */
export const bodySignature = (key: string, body: Buffer): string => hmacBase64(key, body)

/**
 * Additional signature in `X-Agent-Signature-V2`. It also covers method, path, time and request ID, so that an observed
 * signature cannot be reused. Five lines after the version, joined by line feeds, with the body as its SHA-256 in hex.
 */
export const requestSignature = (key: string, request: SignedRequest): string =>
  signatureOf(key, request, createHash('sha256').update(request.body).digest('hex'))

const signatureOf = (key: string, { method, path, timestamp, requestId }: SignedRequest, bodyHash: string): string =>
  hmacBase64(key, ['v2', method, path, timestamp, requestId, bodyHash].join('\n'))

/** Both signatures of a request; `full` only if required. */
export interface Signatures {
  readonly plain: string
  readonly full: string | null
}

/** Hashing a body of more bytes takes milliseconds, and is done outside of the main thread. */
const LARGE_BYTES = 256 * 1024

/** Returns the expected signatures of a request. A promise for a large body only: polls and small reports do not wait. */
export function expectedSignatures(
  { key, emptyBodySignature }: { readonly key: string; readonly emptyBodySignature: string },
  request: SignedRequest,
  withFull: boolean,
): Signatures | Promise<Signatures> {
  const { body } = request
  if (body.length > LARGE_BYTES) return largeSignatures(key, request, withFull)
  const plain = body.length === 0 ? emptyBodySignature : bodySignature(key, body)
  return { plain, full: withFull ? requestSignature(key, request) : null }
}

async function largeSignatures(key: string, request: SignedRequest, withFull: boolean): Promise<Signatures> {
  const plain = await hmacBase64Aside(key, request.body)
  return { plain, full: withFull ? signatureOf(key, request, await sha256Aside(request.body)) : null }
}
