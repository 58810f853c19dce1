import type { TaxBehavior } from '#services/catalog/definition/types.js'
import type { BillingInterval } from '#entities/kernel/billing-interval.js'

/** A provider's copy of the catalog, found by our keys. */
export interface OfferPort {
  /**
   * Offers under our keys of this business, and all others. Meters only on request, because not every catalog has them.
   */
  listOffers(options?: { readonly business?: string; readonly meters: boolean }): Promise<ProviderOffers>
  /** Key of the provider's object for a product of ours. Several of our products share it. Default: each has an object of its own. */
  objectOf?(key: string): string
  /** Returns the provider's ID. Repeated calls with the same key have no effect. */
  createProduct(product: { readonly key: string; readonly name: string }): Promise<string>
  changeProduct(externalId: string, change: { readonly name?: string; readonly active?: boolean }): Promise<void>
  /** Returns the provider's ID. Repeated calls with the same lookup key and product have no effect. */
  createPrice(price: NewProviderPrice): Promise<string>
  setPriceActive(externalId: string, active: boolean): Promise<void>
  /** Says of a price whether it contains its taxes. Absent if the provider calculates none. */
  setPriceTaxes?(externalId: string, taxes: TaxBehavior): Promise<void>
  /** Creates a meter for usage reports. Returns the provider's ID. */
  createMeter(meter: { readonly eventName: string; readonly name: string }): Promise<string>
}

export interface ProviderOffers {
  readonly products: readonly ProviderProduct[]
  readonly prices: readonly ProviderPrice[]
  readonly meters: readonly { readonly externalId: string; readonly eventName: string; readonly active: boolean }[]
}

export interface ProviderProduct {
  readonly externalId: string
  /** Our key, for example `try-direct:plan:plus`. Null if created by others. */
  readonly key: string | null
  readonly name: string
  readonly active: boolean
  /** True if the provider does not allow changes of the product's name and availability. Its prices decide. */
  readonly fixed?: boolean
}

/** Terms of a price: two prices with the same terms are the same offer. */
export interface PriceTerms {
  /** Whole minor units. */
  readonly amountMinor: number
  readonly currency: string
  readonly interval: BillingInterval
}

export interface ProviderPrice extends PriceTerms {
  readonly externalId: string
  readonly externalProductId: string
  /** Our key, for example `try-direct:plan:plus:month:usd:2000`. Null if created by others. */
  readonly lookupKey: string | null
  readonly active: boolean
  /** `INCLUSIVE` if its amount contains taxes. Null or missing if the provider does not state it. */
  readonly taxes?: TaxBehavior | null
}

export interface NewProviderPrice extends PriceTerms {
  readonly externalProductId: string
  /** As buyers read it where the price is shown by itself. */
  readonly productName: string
  readonly lookupKey: string
  /** Null unless the provider calculates taxes. */
  readonly taxes: TaxBehavior | null
}
