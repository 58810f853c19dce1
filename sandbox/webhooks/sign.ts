import { createHmac } from 'node:crypto'

/** The value of `Stripe-Signature` for exact bytes at a moment of machine time (seconds). */
export function signatureHeader(body: string, secret: string, timestamp: number): string {
  const digest = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')
  return `t=${timestamp},v1=${digest}`
}
