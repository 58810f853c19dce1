import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { API_VERSION } from '../api/api-version.js'
import { sentObject } from '../api/sent-object.js'
import { checkEvent } from '../api/check-answer.js'

/** Writes an event down and sends it on its way to every endpoint that listens to its type, unless events are held. */
export function emitEvent(
  world: SandboxState,
  type: Stripe.Event['type'],
  object: object,
  previous?: Record<string, unknown>,
): void {
  if (world.held !== null) {
    world.held.push({ type, object, previous })
    return
  }
  const listeners = world.store.all('webhook_endpoint').filter((endpoint) => listensTo(endpoint, type))
  const event = {
    id: world.ids.next('evt'),
    object: 'event',
    api_version: API_VERSION,
    created: world.clock.seconds,
    data: { object, ...(previous === undefined ? {} : { previous_attributes: previous }) },
    livemode: false,
    pending_webhooks: listeners.length,
    request: world.cause,
    type,
  } as Stripe.Event
  checkEvent(world, event)
  world.store.put('event', {
    ...event,
    data: { ...event.data, object: sentObject(world, object) },
  } as Stripe.Event)
  for (const endpoint of listeners) {
    const delivery = world.store.put('delivery', {
      id: world.ids.next('del'),
      event: event.id,
      eventType: type,
      endpoint: endpoint.id,
      url: endpoint.url,
      attempts: 0,
      longAttempts: 0,
      status: 'pending',
      lastStatusCode: null,
      lastError: null,
      nextAttemptAt: world.clock.iso,
    })
    world.deliver(delivery.id)
  }
}

function listensTo(endpoint: Stripe.WebhookEndpoint, type: string): boolean {
  return (
    endpoint.status === 'enabled' && (endpoint.enabled_events.includes('*') || endpoint.enabled_events.includes(type))
  )
}
