import type { ProviderAccountPort } from '../services/billing/providers/account-port.js'
import type { PaymentPort } from '../services/billing/providers/port.js'
import type { ProviderName } from '../services/billing/providers/provider-name.js'
import { createPayPalAdapter } from '../services/billing/providers/paypal/paypal-adapter.js'
import { createPayPalAccount } from '../services/billing/providers/paypal/paypal-account.js'
import { createPayPalClient, type PayPalClient } from '../services/billing/providers/paypal/paypal-client.js'
import { createStripeAccount } from '../services/billing/providers/stripe/stripe-account.js'
import { createStripeAdapter } from '../services/billing/providers/stripe/stripe-adapter.js'
import { createStripeClient } from '../services/billing/providers/stripe/stripe-client.js'
import type { Config, PayPalConfig } from '../services/kernel/config/config.js'
import type { CheckedProvider } from '../services/billing/doctor/check-billing.js'
import { createSources, type Sources } from '../services/kernel/context/sources.js'
import { createMetrics, type Metrics } from '../services/kernel/metrics/metrics.js'

/** Settings of a process for the providers. Secrets can change while it runs. */
export interface ProviderSecrets {
  stripeWebhookSecrets: readonly string[]
  /** Maximum number of calls to a provider that begin in a second. Default: no limit. */
  readonly callsPerSecond?: number | undefined
}

/** Dependencies of the providers. */
export interface ProviderParts extends Pick<Sources, 'timers' | 'random'> {
  readonly config: Config
  readonly metrics: Metrics
}

export type Providers = Readonly<Partial<Record<ProviderName, PaymentPort>>>

/** The payment providers that this process was given keys for. */
export function createProviders(parts: ProviderParts, held: ProviderSecrets): Providers {
  const { config, metrics, timers } = parts
  const stripe = config.stripe
    ? createStripeAdapter({
        client: createStripeClient(config.stripe),
        webhookSecrets: () => held.stripeWebhookSecrets,
        mode: config.mode,
        metrics,
        timers,
        callsPerSecond: held.callsPerSecond,
      })
    : null
  const paypal = config.paypal ? createPayPal(parts, config.paypal) : null
  return { ...(stripe ? { STRIPE: stripe } : {}), ...(paypal ? { PAYPAL: paypal } : {}) }
}

/** PayPal's own hosts; any other is a replacement, whose webhooks are trusted by its own root. */
const PAYPALS_OWN: ReadonlySet<string> = new Set(['api-m.paypal.com', 'api-m.sandbox.paypal.com'])

/** PayPal's adapter by its configuration. */
function createPayPal(parts: ProviderParts, paypal: PayPalConfig): PaymentPort {
  const { config, metrics, timers, random } = parts
  const { webhookId, rootCertificate } = paypal
  return createPayPalAdapter({
    client: payPalClient(parts, paypal),
    webhookId,
    mode: config.mode,
    metrics,
    timers,
    random,
    publicUrl: config.publicUrl,
    apiUrl: sandboxUrlOf(paypal),
    trustedRoots: rootCertificate ? [rootCertificate] : null,
  })
}

function sandboxUrlOf({ apiUrl }: PayPalConfig): URL | null {
  const given = new URL(apiUrl)
  return PAYPALS_OWN.has(given.host) ? null : given
}

const payPalClient = ({ config, timers }: ProviderParts, paypal: PayPalConfig): PayPalClient =>
  createPayPalClient({
    clientId: paypal.clientId,
    clientSecret: paypal.clientSecret,
    apiUrl: sandboxUrlOf(paypal),
    mode: config.mode,
    timers,
  })

/** Our accounts at the providers with keys, for checks. */
export function createProviderAccounts(parts: ProviderParts): readonly ProviderAccountPort[] {
  const { metrics, timers, random } = parts
  const { stripe, paypal, mode } = parts.config
  return [
    ...(stripe ? [createStripeAccount(createStripeClient(stripe), { metrics, timers })] : []),
    ...(paypal
      ? [
          createPayPalAccount(
            payPalClient(parts, paypal),
            { metrics, timers, random },
            { webhookId: paypal.webhookId, mode },
          ),
        ]
      : []),
  ]
}

/** The providers with keys, for the checks of a command. */
export function checkedProviders(config: Config): readonly CheckedProvider[] {
  const parts = { ...createSources(), config, metrics: createMetrics() }
  const ports = createProviders(parts, { stripeWebhookSecrets: [] })
  return createProviderAccounts(parts).map((account) => ({ account, port: ports[account.provider]! }))
}
