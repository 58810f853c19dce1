import type { TaxBehavior } from '#services/catalog/definition/types.js'
import type { PriceTerms, ProviderOffers, ProviderPrice, ProviderProduct } from '../providers/offer-port.js'

/** Products, prices and meters of the catalog. */
export interface DesiredOffers {
  readonly business: string
  readonly products: readonly DesiredProduct[]
  readonly meters: readonly DesiredMeter[]
}

export interface DesiredProduct {
  /** As `try-direct:plan:plus`. */
  readonly key: string
  readonly name: string
  readonly active: boolean
  /** Those on sale. */
  readonly prices: readonly DesiredPrice[]
}

export interface DesiredPrice extends PriceTerms {
  /** Ours. */
  readonly priceId: string
  /**
   * As `try-direct:plan:plus:month:usd:2000`: it names the terms, so other terms are another price. A later price with the same amount has a
   * suffix, as in `…:2000:trial-14`.
   */
  readonly lookupKey: string
  /** Null unless the provider calculates taxes. */
  readonly taxes: TaxBehavior | null
  /** The provider's price that our rows name; null: none yet. */
  readonly linkedTo: string | null
  /** The provider's product of that price in our rows. */
  readonly linkedProduct: string | null
}

export interface DesiredMeter {
  readonly feature: string
  readonly eventName: string
  readonly name: string
}

/** One thing to do so that the provider sells what the catalog says. */
export type PushStep =
  | { readonly do: 'create_product'; readonly product: DesiredProduct }
  | { readonly do: 'rename_product'; readonly product: DesiredProduct; readonly theirs: ProviderProduct }
  | { readonly do: 'archive_product'; readonly product: DesiredProduct; readonly theirs: ProviderProduct }
  | { readonly do: 'restore_product'; readonly product: DesiredProduct; readonly theirs: ProviderProduct }
  | { readonly do: 'create_price'; readonly product: DesiredProduct; readonly price: DesiredPrice }
  | { readonly do: 'restore_price'; readonly price: DesiredPrice; readonly theirs: ProviderPrice }
  /** Only our rows change: the price exists at the provider but is not recorded here. */
  | { readonly do: 'link_price'; readonly price: DesiredPrice; readonly theirs: ProviderPrice }
  /** Says of a price whether it contains its taxes. The provider allows it once. */
  | { readonly do: 'set_taxes'; readonly price: DesiredPrice; readonly theirs: ProviderPrice }
  | { readonly do: 'archive_price'; readonly theirs: ProviderPrice }
  | { readonly do: 'create_meter'; readonly meter: DesiredMeter }

/**
 * Pure: steps from the provider's offers to those of the catalog, in an order that never leaves a gap: new prices are
 * created before earlier ones are archived. Objects created by others are unchanged.
 */
export function decidePush(wanted: DesiredOffers, theirs: ProviderOffers): PushStep[] {
  const products = new Map(theirs.products.flatMap((product) => (product.key ? [[product.key, product]] : [])))
  const prices = new Map(theirs.prices.flatMap((price) => (price.lookupKey ? [[price.lookupKey, price]] : [])))
  const onSale = wanted.products.filter((product) => product.active)
  const keys = new Set(onSale.flatMap((product) => product.prices.map((price) => price.lookupKey)))
  const isOurs = (price: ProviderPrice) => price.lookupKey?.startsWith(`${wanted.business}:`) ?? false
  return [
    ...wanted.products.flatMap((product) => productSteps(product, products.get(product.key))),
    ...onSale.flatMap((product) =>
      product.prices.flatMap((price) => priceSteps(product, price, prices.get(price.lookupKey))),
    ),
    ...theirs.prices
      .filter((price) => price.active && isOurs(price) && !keys.has(price.lookupKey!))
      .map((price): PushStep => ({ do: 'archive_price', theirs: price })),
    ...wanted.meters
      .filter(({ eventName }) => !theirs.meters.some((meter) => meter.eventName === eventName && meter.active))
      .map((meter): PushStep => ({ do: 'create_meter', meter })),
  ]
}

function productSteps(product: DesiredProduct, theirs: ProviderProduct | undefined): PushStep[] {
  if (!theirs) return product.active && product.prices.length > 0 ? [{ do: 'create_product', product }] : []
  if (theirs.fixed) return []
  const steps: PushStep[] = []
  if (theirs.name !== product.name) steps.push({ do: 'rename_product', product, theirs })
  if (theirs.active && !product.active) steps.push({ do: 'archive_product', product, theirs })
  if (!theirs.active && product.active) steps.push({ do: 'restore_product', product, theirs })
  return steps
}

function priceSteps(product: DesiredProduct, price: DesiredPrice, theirs: ProviderPrice | undefined): PushStep[] {
  if (!theirs || !sameTerms(price, theirs)) return [{ do: 'create_price', product, price }]
  // A catalog without taxes leaves prices as they are.
  const isTaxed = price.taxes === null || price.taxes === theirs.taxes
  const taxes: PushStep[] = isTaxed ? [] : [{ do: 'set_taxes', price, theirs }]
  if (!theirs.active) return [...taxes, { do: 'restore_price', price, theirs }]
  const isLinked = price.linkedTo === theirs.externalId && price.linkedProduct === theirs.externalProductId
  return isLinked ? taxes : [...taxes, { do: 'link_price', price, theirs }]
}

const sameTerms = (one: PriceTerms, other: PriceTerms): boolean =>
  one.amountMinor === other.amountMinor && one.currency === other.currency && one.interval === other.interval

/** One-line description of a step, for output. */
export function describeStep(step: PushStep): string {
  switch (step.do) {
    case 'create_product':
      return `create product ${step.product.key} (${step.product.name})`
    case 'rename_product':
      return `rename product ${step.product.key}: ${step.theirs.name} → ${step.product.name}`
    case 'archive_product':
      return `archive product ${step.product.key}`
    case 'restore_product':
      return `restore product ${step.product.key}`
    case 'create_price':
      return `create price ${step.price.lookupKey}`
    case 'restore_price':
      return `restore price ${step.price.lookupKey}`
    case 'link_price':
      return `note price ${step.price.lookupKey} as ${step.theirs.externalId}`
    case 'set_taxes':
      return `set price ${step.price.lookupKey} to ${step.price.taxes === 'INCLUSIVE' ? 'contain' : 'exclude'} taxes`
    case 'archive_price':
      return `archive price ${step.theirs.lookupKey ?? step.theirs.externalId}`
    case 'create_meter':
      return `create meter ${step.meter.eventName}`
  }
}
