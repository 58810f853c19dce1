import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
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
export function providerOf(context: Pick<BillingContext, 'providers'>, name: ProviderName): PaymentPort {
  const port = context.providers[name]
  if (!port) throw new AppError('UNAVAILABLE', `The payment provider ${name} is not configured.`)
  return port
}

/** The object that a scheduled job names by the key `<provider>:<ID at the provider>`, with its provider. */
export function objectOfJob(
  context: Pick<BillingContext, 'providers'>,
  { key }: Pick<ScheduledJobRow, 'key'>,
): { readonly port: PaymentPort; readonly externalId: string } {
  const [provider, externalId] = key.split(':', 2) as [ProviderName, string]
  return { port: providerOf(context, provider), externalId }
}
