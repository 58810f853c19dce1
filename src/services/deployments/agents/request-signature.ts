import { createHash } from 'node:crypto'
import { hmacBase64 } from '../../kernel/secrets/secret-box.js'

/** The parts of a request that a signature can speak for. */
export interface SignedRequest {
  readonly method: string
  /** Path and query as sent, without the prefix of a proxy and without repeated slashes. */
  readonly path: string
  readonly timestamp: string
  readonly requestId: string
  readonly body: Buffer
}

/** What every agent sends: over the body alone, so that of all GETs is the same. */
export const plainSignature = (key: string, body: Buffer): string => hmacBase64(key, body)

/**
 * What an agent can send beside it in `X-Agent-Signature-V2`: also method, path, time and request id are covered, so that a signature
 * that was seen cannot be used for anything else. Five lines after the version, joined by line feeds, the body as its SHA-256 in hex.
 */
export function fullSignature(key: string, { method, path, timestamp, requestId, body }: SignedRequest): string {
  const bodyHash = createHash('sha256').update(body).digest('hex')
  return hmacBase64(key, ['v2', method, path, timestamp, requestId, bodyHash].join('\n'))
}
