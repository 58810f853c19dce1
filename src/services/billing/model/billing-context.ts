import { AppError } from '#services/kernel/errors/app-error.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { Fulfillment } from '../purchases/fulfillment.js'
import type { ComparisonProgress } from '../usage-comparisons/comparison-progress.js'
import type { PaymentPort } from '../providers/port.js'
import type { ProviderName } from '../providers/provider-name.js'

/** A context that can take money. Providers that are not configured are absent. */
export interface BillingContext extends CatalogContext {
  readonly providers: Readonly<Partial<Record<ProviderName, PaymentPort>>>
  readonly comparisonProgress: ComparisonProgress
  /** Ports of higher domains that sell products. Provided by the composition root. */
  readonly fulfillments: { readonly TEMPLATE: Fulfillment }
}

/** The adapter of a provider that something of ours already lives at. */
export function providerOf(context: BillingContext, name: ProviderName): PaymentPort {
  const port = context.providers[name]
  if (!port) throw new AppError('UNAVAILABLE', `The payment provider ${name} is not configured.`)
  return port
}
