/** A payment provider. */
export type ProviderName = 'STRIPE' | 'PAYPAL'

/** Names in texts that customers and operators read. */
export const PROVIDER_NAMES: Readonly<Record<ProviderName, string>> = { STRIPE: 'Stripe', PAYPAL: 'PayPal' }
