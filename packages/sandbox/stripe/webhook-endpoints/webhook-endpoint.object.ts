import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { API_VERSION } from '../api/api-version.js'

/** Input of a webhook endpoint. */
export interface WebhookEndpointInput {
  url: string
  enabledEvents: string[]
  /** API version of its events. Default: the version of the sandbox. */
  apiVersion?: string
  description: string | null
  metadata: Record<string, string>
}

/** Complete enabled webhook endpoint. Its secret is stored separately. */
export function buildWebhookEndpoint(world: SandboxState, input: WebhookEndpointInput): Stripe.WebhookEndpoint {
  return {
    id: world.ids.next('we'),
    object: 'webhook_endpoint',
    api_version: input.apiVersion ?? API_VERSION,
    application: null,
    created: world.clock.seconds,
    description: input.description,
    enabled_events: input.enabledEvents,
    livemode: false,
    metadata: input.metadata,
    status: 'enabled',
    url: input.url,
  }
}
