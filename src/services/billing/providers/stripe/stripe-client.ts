import { Stripe } from 'stripe'
import type { StripeConfig } from '#services/kernel/config/config.js'

/** The SDK's client. Every base URL follows `apiUrl` if a replacement is used. The SDK pins the API version. */
export function createStripeClient(config: StripeConfig): Stripe {
  const standIn = config.apiUrl
  return new Stripe(config.secretKey, {
    telemetry: false,
    timeout: 10_000,
    maxNetworkRetries: 2,
    ...(standIn
      ? {
          host: standIn.hostname,
          port: standIn.port || (standIn.protocol === 'https:' ? '443' : '80'),
          protocol: standIn.protocol === 'https:' ? 'https' : 'http',
        }
      : {}),
  })
}
