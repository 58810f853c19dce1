import type { WebhookFault } from '../faults/faults.js'
import { outgoingEvent } from '../paypal/webhooks/outgoing.js'
import type { Delivery } from '../state/records.js'
import type { SandboxState } from '../sandbox-state.js'
import { signRequest, secretsOf, type SignedRequest } from './signed-request.js'

/** A delivery that can be attempted: where it goes, and what one attempt sends. */
export interface DeliveryRequest {
  url: string
  pack: (fault: WebhookFault | undefined) => SignedRequest
}

/** Request to send for a delivery, or the reason why it can no longer be sent. */
export function deliveryRequestOf(world: SandboxState, delivery: Delivery): DeliveryRequest | string {
  return delivery.provider === 'paypal' ? ofPayPal(world, delivery) : ofStripe(world, delivery)
}

function ofStripe(world: SandboxState, delivery: Delivery): DeliveryRequest | string {
  const endpoint = world.store.get('webhook_endpoint', delivery.endpoint)
  const event = world.store.get('event', delivery.event)
  const secrets = secretsOf(world, delivery.endpoint)
  if (endpoint === undefined || event === undefined || secrets.length === 0) return 'the endpoint was deleted'
  // As at Stripe, deliveries that are due while an endpoint is disabled are not sent later.
  if (endpoint.status === 'disabled') return 'the endpoint was disabled'
  return { url: endpoint.url, pack: (fault) => signRequest(world, event, endpoint, secrets, fault) }
}

function ofPayPal(world: SandboxState, delivery: Delivery): DeliveryRequest | string {
  const webhook = world.store.get('paypal.webhook', delivery.endpoint)
  const event = world.store.get('paypal.event', delivery.event)
  if (webhook === undefined || event === undefined) return 'the webhook was deleted'
  return { url: webhook.url, pack: (fault) => outgoingEvent(world, event, delivery, fault) }
}
