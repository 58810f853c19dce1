import { createHmac, randomBytes } from 'node:crypto'
import type { WebhookEndpointRow } from '#entities/kernel/webhook-endpoint.entity.js'
import type { SecretBox } from '../secrets/secret-box.js'

/** A new signing secret, in the form that receivers' libraries expect. */
export const newWebhookSecret = (): string => `whsec_${randomBytes(24).toString('base64')}`

/** Purpose under which the secret of an endpoint is sealed. */
export const secretPurpose = (endpointId: string): string => `webhook_endpoint:${endpointId}`

export interface SignedMessage {
  readonly id: string
  readonly body: string
  /** Time of the delivery, not of the event: receivers reject old timestamps. */
  readonly at: Date
}

/** The Standard Webhooks headers: one signature, or one by each secret while a rotation overlaps. */
export function webhookHeaders(
  secrets: SecretBox,
  endpoint: Pick<WebhookEndpointRow, 'id' | 'secret' | 'previousSecret' | 'previousUntil'>,
  message: SignedMessage,
): Record<string, string> {
  const overlaps = endpoint.previousSecret && endpoint.previousUntil && endpoint.previousUntil > message.at
  const sealed = overlaps ? [endpoint.secret, endpoint.previousSecret!] : [endpoint.secret]
  const seconds = String(Math.floor(message.at.getTime() / 1000))
  const signed = `${message.id}.${seconds}.${message.body}`
  const signatures = sealed.map((text) => signatureOf(secrets.open(text, secretPurpose(endpoint.id)), signed))
  return { 'webhook-id': message.id, 'webhook-timestamp': seconds, 'webhook-signature': signatures.join(' ') }
}

/** Version 1 of the signatures of Standard Webhooks. Tests verify it with their library. */
function signatureOf(secret: string, signed: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`
}
