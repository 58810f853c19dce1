import type { WebhookFault } from '#faults/faults.js'
import type { Delivery } from '#state/records.js'
import type { SignedRequest } from '#webhooks/signed-request.js'
import type { SandboxState } from '#sandbox-state.js'
import type { PayPalEvent } from '../objects.js'
import { AUTH_ALGO, foreignKey, signTransmission } from './signature.js'

/** Older than the three days for which PayPal tries again. */
const OLD = 4 * 24 * 60 * 60 * 1000

/** Event with one signature for all attempts, because PayPal signs a transmission once. */
export function outgoingEvent(
  world: SandboxState,
  { event }: PayPalEvent,
  delivery: Delivery,
  fault: WebhookFault | undefined,
): SignedRequest {
  const { certificates, certificateName } = world.paypal
  const sent = fault?.action === 'old_api_version' ? { ...event, resource_version: '1.0' } : event
  const body = JSON.stringify(sent)
  const { id, time } = delivery.transmission ?? { id: delivery.id, time: event.create_time }
  const transmission = {
    id,
    time: fault?.action === 'old_timestamp' ? new Date(Date.parse(time) - OLD).toISOString() : time,
    webhookId: delivery.endpoint,
  }
  const key = fault?.action === 'wrong_secret' ? foreignKey() : certificates.leafKey
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'PayPal/AUHD-214.0-58984000',
      'correlation-id': id.slice(-12),
      'paypal-auth-algo': AUTH_ALGO,
      'paypal-auth-version': 'v2',
      'paypal-cert-url': `${world.baseUrl}/paypal/v1/notifications/certs/${certificateName}`,
      'paypal-transmission-id': transmission.id,
      'paypal-transmission-time': transmission.time,
      'paypal-transmission-sig': signTransmission(transmission, body, key),
    },
  }
}
