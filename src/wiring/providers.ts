import type { RequestContext } from '../context/request-context.js'
import { hasUnlinkedPrices } from '../services/billing/catalog-push/load-wanted.js'
import { pushCatalog } from '../services/billing/catalog-push/push-catalog.js'
import {
  ProviderRefused,
  ProviderUnavailable,
  type PaymentPort,
  type ProviderName,
} from '../services/billing/providers/port.js'
import { createPayPalAdapter } from '../services/billing/providers/paypal/paypal-adapter.js'
import { createPayPalClient } from '../services/billing/providers/paypal/paypal-client.js'
import { createStripeAdapter } from '../services/billing/providers/stripe/stripe-adapter.js'
import { createStripeClient } from '../services/billing/providers/stripe/stripe-client.js'
import type { Config, PayPalConfig } from '../services/kernel/config/config.js'
import type { Metrics } from '../services/kernel/metrics/metrics.js'

/** What may change while the process runs. */
export interface HeldSecrets {
  stripeWebhookSecrets: readonly string[]
}

export type Providers = Readonly<Partial<Record<ProviderName, PaymentPort>>>

/** The payment providers that this process was given keys for. */
export function createProviders(config: Config, metrics: Metrics, held: HeldSecrets): Providers {
  const stripe = config.stripe
    ? createStripeAdapter({
        client: createStripeClient(config.stripe),
        webhookSecrets: () => held.stripeWebhookSecrets,
        mode: config.mode,
        metrics,
      })
    : null
  const paypal = config.paypal ? createPayPal(config, config.paypal, metrics) : null
  return { ...(stripe ? { STRIPE: stripe } : {}), ...(paypal ? { PAYPAL: paypal } : {}) }
}

/** PayPal's own addresses; any other is a stand-in, whose webhooks are trusted by its own root. */
const PAYPALS_OWN: ReadonlySet<string> = new Set(['api-m.paypal.com', 'api-m.sandbox.paypal.com'])

/** PayPal's adapter by its configuration; the command line makes the same. */
export function createPayPal(
  config: Pick<Config, 'mode' | 'publicUrl'>,
  paypal: PayPalConfig,
  metrics: Metrics,
): PaymentPort {
  const { clientId, clientSecret, webhookId, rootCertificate } = paypal
  const given = new URL(paypal.apiUrl)
  const apiUrl = PAYPALS_OWN.has(given.host) ? null : given
  return createPayPalAdapter({
    client: createPayPalClient({ clientId, clientSecret, apiUrl, mode: config.mode }),
    webhookId,
    mode: config.mode,
    metrics,
    publicUrl: config.publicUrl,
    apiUrl,
    trustedRoots: rootCertificate ? [rootCertificate] : null,
  })
}

/** The sandbox's providers know every price that the catalog has, before the first request. */
export async function pushNewPrices(system: RequestContext, catalogChanged: boolean): Promise<void> {
  await Promise.all(
    Object.values(system.providers).map(async (port) => {
      if (!catalogChanged && !(await hasUnlinkedPrices(system.database, port))) return
      await pushCatalog(system, port, system.catalog.current()).catch((error: unknown) => {
        // One provider that does not answer keeps nobody from the other: what it sells is pushed when it is first asked for.
        if (!(error instanceof ProviderUnavailable || error instanceof ProviderRefused)) throw error
        system.log.error({ err: error, provider: port.provider }, 'the catalog could not be pushed')
      })
    }),
  )
}
