import type { RequestContext } from '../context/request-context.js'
import { hasUnlinkedPrices } from '../services/billing/catalog-push/load-wanted.js'
import { pushCatalog } from '../services/billing/catalog-push/push-catalog.js'
import type { PaymentPort, ProviderName } from '../services/billing/providers/port.js'
import { createStripeAdapter } from '../services/billing/providers/stripe/stripe-adapter.js'
import { createStripeClient } from '../services/billing/providers/stripe/stripe-client.js'
import type { Config } from '../services/kernel/config/config.js'
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
  return stripe ? { STRIPE: stripe } : {}
}

/** The sandbox's providers know every price that the catalog has, before the first request. */
export async function pushNewPrices(system: RequestContext, catalogChanged: boolean): Promise<void> {
  for (const provider of Object.values(system.providers))
    if (catalogChanged || (await hasUnlinkedPrices(system.database, provider.provider)))
      await pushCatalog(system, provider, system.catalog.current())
}
