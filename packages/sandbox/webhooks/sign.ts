import { createHmac } from 'node:crypto'

/** The value of `Stripe-Signature` for exact bytes at a moment of machine time (seconds): one `v1` for each secret. */
export function signatureHeader(body: string, secrets: readonly string[], timestamp: number): string {
  const digests = secrets.map((secret) => createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex'))
  return [`t=${timestamp}`, ...digests.map((digest) => `v1=${digest}`)].join(',')
}
