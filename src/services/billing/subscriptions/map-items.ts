import { UnprocessableEvent } from '#services/kernel/inbox/inbox-errors.js'
import type { BillingContext } from '../model/billing-context.js'
import type { ProviderName } from '../providers/provider-name.js'
import type { FetchedItem, FetchedSubscription } from '../providers/subscription-port.js'

/** An item of a subscription, with our price and its product. */
export interface MappedItem extends FetchedItem {
  readonly priceId: string
  /** Null for an item that is not a plan. */
  readonly planId: string | null
  /** Null for an item that is not an add-on. */
  readonly packageId: string | null
}

/**
 * Maps items by the provider's price ID, with our own table. Metadata is never trusted, and an unknown price grants
 * nothing.
 */
export async function mapItems(
  context: BillingContext,
  provider: ProviderName,
  fetched: FetchedSubscription,
): Promise<MappedItem[]> {
  const externalIds = fetched.items.map((item) => item.priceExternalId)
  const known = await context.database.query
    .selectFrom('provider_price as at')
    .innerJoin('price', 'price.id', 'at.priceId')
    .leftJoin('plan', 'plan.productId', 'price.productId')
    .leftJoin('package', 'package.productId', 'price.productId')
    .select(['at.externalId', 'at.priceId', 'plan.id as planId', 'package.id as packageId'])
    .where('at.provider', '=', provider)
    .where('at.externalId', 'in', externalIds)
    .execute()
  return fetched.items.map((item) => {
    const match = known.find((row) => row.externalId === item.priceExternalId)
    if (!match)
      throw new UnprocessableEvent(
        `price ${item.priceExternalId} of subscription ${fetched.externalId} is not in the catalog`,
      )
    return { ...item, priceId: match.priceId, planId: match.planId, packageId: match.packageId }
  })
}
