import type { Mode } from '#services/kernel/config/mode.js'
import type { ProviderAccountPort } from '../account-port.js'
import type { PayPalClient } from './paypal-client.js'
import { callPayPal, type CallParts } from './paypal-errors.js'
import { LISTED_EVENTS } from './webhooks/received-event.js'

interface PayPalWebhook {
  readonly id: string
  readonly url: string
  readonly event_types?: readonly { readonly name: string }[]
}

/**
 * Our app at PayPal, for checks. Its webhooks belong to one mode, like the app, cannot be disabled, and have no
 * versions.
 */
export function createPayPalAccount(
  client: PayPalClient,
  parts: CallParts,
  { webhookId, mode }: { readonly webhookId: string; readonly mode: Mode },
): ProviderAccountPort {
  const call = callPayPal(parts, () => client.evictToken())
  return {
    provider: 'PAYPAL',
    wanted: { events: [...LISTED_EVENTS], apiVersion: null, id: webhookId },
    async inspect() {
      const { webhooks = [] } = await call('webhooks.list', () =>
        client.request<{ webhooks?: PayPalWebhook[] }>('GET', '/v1/notifications/webhooks'),
      )
      const endpoints = webhooks.map(({ id, url, event_types: types = [] }) => ({
        id,
        url,
        enabled: true,
        events: types.map(({ name }) => name),
        apiVersion: null,
        live: mode === 'live',
      }))
      return { time: null, endpoints }
    },
    async createEndpoint(url) {
      const { id } = await call('webhooks.create', () =>
        client.request<PayPalWebhook>('POST', '/v1/notifications/webhooks', {
          body: { url, event_types: [{ name: '*' }] },
        }),
      )
      return { name: 'PAYPAL_WEBHOOK_ID', value: id }
    },
  }
}
