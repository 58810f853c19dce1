import type { BillingInterval } from '../../../entities/catalog/price.entity.js'

/** What a provider sells for us: its copy of the catalog, found by keys of ours. */
export interface OfferPort {
  /** Those that our keys of this business name, and whatever else there is; meters only when asked for: not every catalog has them. */
  listOffers(options?: { readonly business?: string; readonly meters: boolean }): Promise<ProviderOffers>
  /** Answers the provider's id. The same key makes it once. */
  createProduct(product: { readonly key: string; readonly name: string }): Promise<string>
  changeProduct(externalId: string, change: { readonly name?: string; readonly active?: boolean }): Promise<void>
  /** Answers the provider's id. The same lookup key and product make it once. */
  createPrice(price: NewProviderPrice): Promise<string>
  setPriceActive(externalId: string, active: boolean): Promise<void>
  /** Makes a meter that usage is reported to; answers the provider's id. */
  createMeter(meter: { readonly eventName: string; readonly name: string }): Promise<string>
}

export interface ProviderOffers {
  readonly products: readonly ProviderProduct[]
  readonly prices: readonly ProviderPrice[]
  readonly meters: readonly { readonly externalId: string; readonly eventName: string; readonly active: boolean }[]
}

export interface ProviderProduct {
  readonly externalId: string
  /** Ours, as `try-direct:plan:plus`; null: made by somebody else. */
  readonly key: string | null
  readonly name: string
  readonly active: boolean
  /** It stays as it was made: neither its name nor whether it is on sale can be changed there, and its prices decide. */
  readonly fixed?: boolean
}

/** What makes a price: two with the same terms are the same offer. */
export interface PriceTerms {
  /** Whole minor units. */
  readonly amountMinor: number
  readonly currency: string
  readonly interval: BillingInterval
}

export interface ProviderPrice extends PriceTerms {
  readonly externalId: string
  readonly externalProductId: string
  /** Ours, as `try-direct:plan:plus:month:usd:2000`; null: made by somebody else. */
  readonly lookupKey: string | null
  readonly active: boolean
}

export interface NewProviderPrice extends PriceTerms {
  readonly externalProductId: string
  /** As buyers read it where the price is shown by itself. */
  readonly productName: string
  readonly lookupKey: string
}
