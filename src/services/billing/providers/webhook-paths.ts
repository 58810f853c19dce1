import type { ProviderName } from './provider-name.js'

/** Webhook routes of each provider, including the aliases of integrations. New endpoints get the first one. */
export const WEBHOOK_PATHS: Readonly<Record<ProviderName, readonly [string, ...string[]]>> = {
  STRIPE: ['webhooks/stripe', 'api/webhooks/stripe', 'webhook/stripe', 'api/packages/webhook'],
  PAYPAL: ['webhooks/paypal'],
}
