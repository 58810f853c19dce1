import type { SandboxState } from '#sandbox-state.js'
import { rawMember } from './raw-member.js'
import { AUTH_ALGO, isSignedBy } from './signature.js'

/** True if this is a delivery of ours to one of our webhooks, by the text that the caller got. */
export function verifySignature(world: SandboxState, body: Record<string, string>, rawBody: string): boolean {
  const { certificates, certificateName } = world.paypal
  const event = rawMember(rawBody, 'webhook_event')
  const webhookId = body['webhook_id'] ?? ''
  return (
    event !== undefined &&
    body['auth_algo'] === AUTH_ALGO &&
    body['cert_url'] === `${world.baseUrl}/paypal/v1/notifications/certs/${certificateName}` &&
    world.store.get('paypal.webhook', webhookId) !== undefined &&
    isSignedBy(
      certificates.leaf,
      { id: body['transmission_id'] ?? '', time: body['transmission_time'] ?? '', webhookId },
      event,
      body['transmission_sig'] ?? '',
    )
  )
}
