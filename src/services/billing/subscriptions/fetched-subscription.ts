import type { StoredPause } from '#entities/billing/billing-subscription.entity.js'
import type { OurSubscription } from '../book/our-subscription.js'
import type { PaymentPort } from '../providers/port.js'
import type { ProviderName } from '../providers/provider-name.js'
import type { FetchedSubscription } from '../providers/subscription-port.js'
import type { MappedItem } from './map-items.js'

/** A subscription as reported by the provider, its account, and the items of the catalog. */
export interface ReadSubscription {
  readonly port: PaymentPort
  readonly provider: ProviderName
  /** The number of the fetch; only a later one may overwrite it. */
  readonly fence: number
  readonly fetched: FetchedSubscription
  readonly accountId: string
  readonly items: readonly MappedItem[]
  /** True if it started before an import linked its customer: then it is neither a duplicate nor a repeated trial. */
  readonly isAdopted?: boolean
}

/** A subscription as reported by the provider, and our rows of it. */
export interface SubscriptionUpdate extends ReadSubscription {
  readonly ours: OurSubscription
  /** Pause of its payments. Null or absent: there is none. */
  readonly pause?: StoredPause | null
}
