import type { SandboxState } from '#sandbox-state.js'
import { buildWebhookEndpoint } from './webhook-endpoint.object.js'

/** Webhook URL of the server that started the sandbox. */
export interface ManagedWebhook {
  url: string
  secret: string
  /** Types of the events that the server reads. Default: all. */
  events?: readonly string[] | undefined
}

const MANAGED_BY = 'stackgate'

/**
 * Ensures that the one managed endpoint has this URL, secret and events. A new URL changes the same endpoint, so that pending
 * deliveries reach it.
 */
export function keepManagedEndpoint(world: SandboxState, { url, secret, events = ['*'] }: ManagedWebhook): void {
  const known = world.store.all('webhook_endpoint').find((endpoint) => endpoint.metadata['managed_by'] === MANAGED_BY)
  const endpoint =
    known ??
    buildWebhookEndpoint(world, {
      url,
      enabledEvents: [...events],
      description: 'Managed by the server that started this sandbox',
      metadata: { managed_by: MANAGED_BY },
    })
  world.store.put('webhook_endpoint', { ...endpoint, url, status: 'enabled', enabled_events: [...events] })
  world.store.put('webhook_secret', { id: endpoint.id, secret })
}
