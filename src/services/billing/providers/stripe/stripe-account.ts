import type { Stripe } from 'stripe'
import type { ProviderAccountPort, ProviderEndpoint } from '../account-port.js'
import { callStripe, type CallParts } from './stripe-errors.js'
import { LISTED_EVENTS } from './verify-event.js'

/** More endpoints than Stripe lets an account have. */
const ENDPOINTS = 100

/** Our account at Stripe, for checks. */
export function createStripeAccount(client: Stripe, parts: CallParts): ProviderAccountPort {
  const apiVersion = client.getConstant('DEFAULT_API_VERSION') as string
  return {
    provider: 'STRIPE',
    wanted: { events: LISTED_EVENTS, apiVersion, id: null },
    async inspect() {
      const list = await callStripe(parts, 'webhook_endpoints.list', () =>
        client.webhookEndpoints.list({ limit: ENDPOINTS }),
      )
      const { date } = (list.lastResponse.headers ?? {}) as Record<string, string>
      return { time: date ? new Date(date) : null, endpoints: list.data.map(readEndpoint) }
    },
    async createEndpoint(url) {
      const { secret } = await callStripe(parts, 'webhook_endpoints.create', () =>
        client.webhookEndpoints.create({
          url,
          enabled_events: [...LISTED_EVENTS] as Stripe.WebhookEndpointCreateParams.EnabledEvent[],
          api_version: apiVersion as Stripe.WebhookEndpointCreateParams.ApiVersion,
          description: 'Stackgate',
        }),
      )
      return { name: 'STRIPE_WEBHOOK_SECRET', value: secret! }
    },
  }
}

const readEndpoint = (endpoint: Stripe.WebhookEndpoint): ProviderEndpoint => ({
  id: endpoint.id,
  url: endpoint.url,
  enabled: endpoint.status === 'enabled',
  events: endpoint.enabled_events,
  apiVersion: endpoint.api_version,
  live: endpoint.livemode,
})
