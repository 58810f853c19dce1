import { UnprocessableEvent } from '#services/kernel/inbox/inbox-errors.js'
import type { BillingContext } from '../billing-context.js'
import type { ProviderName } from '../providers/port.js'
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
  const known = await context.database.rows<{
    externalId: string
    priceId: string
    planId: string | null
    packageId: string | null
  }>(
    `select pp.external_id, pp.price_id, pl.id as plan_id, pk.id as package_id from provider_price pp
       join price pr on pr.id = pp.price_id left join plan pl on pl.product_id = pr.product_id left join package pk on pk.product_id = pr.product_id
     where pp.provider = $1 and pp.external_id = any($2)`,
    [provider, fetched.items.map((item) => item.priceExternalId)],
  )
  return fetched.items.map((item) => {
    const match = known.find((row) => row.externalId === item.priceExternalId)
    if (!match)
      throw new UnprocessableEvent(
        `price ${item.priceExternalId} of subscription ${fetched.externalId} is not in the catalog`,
      )
    return { ...item, priceId: match.priceId, planId: match.planId, packageId: match.packageId }
  })
}
