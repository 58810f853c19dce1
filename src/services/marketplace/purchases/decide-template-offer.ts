import type { TemplateRow } from '#entities/marketplace/template.entity.js'
import type { Mode } from '#services/kernel/config/mode.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import type { CatalogPrice, CatalogProduct, CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { PurchaseRequest } from '#services/billing/model/purchase-request.js'
import {
  noPrice,
  validateCurrency,
  domainMismatch,
  priceFor,
  productGroup,
  validateQuantity,
  type AccountCurrencies,
  type Offer,
} from '#services/billing/model/offer.js'

/** Product and price of a template. Empty if it was never sold. */
export interface TemplateSale {
  readonly template: Pick<TemplateRow, 'id' | 'slug' | 'name' | 'status'>
  readonly product: CatalogProduct | null
  readonly prices: readonly CatalogPrice[]
}

/** Pure: the marketplace's offer for a template, or a denial. The provider is not called. */
export function decideTemplateOffer(
  catalog: CatalogSnapshot,
  mode: Mode,
  request: PurchaseRequest,
  { template, product, prices }: TemplateSale,
  { own, paidIn }: AccountCurrencies,
): Offer | Refused {
  const mismatch = domainMismatch(catalog, mode, request.userDomain)
  if (mismatch) return mismatch
  if (template.status !== 'APPROVED')
    return refused('NOT_FOR_SALE', `${template.name} is no longer offered.`, { field: 'templateId' })
  if (!product)
    return refused('NOT_FOR_SALE', `${template.name} is free. Deploy it directly.`, {
      field: 'templateId',
    })
  if (!product.active) return refused('NOT_FOR_SALE', `${template.name} is not for sale.`, { field: 'templateId' })
  const price = priceFor(catalog, prices, null, { requested: request.currency, own })
  if (!price)
    return noPrice({ name: template.name, prices }, null, request.currency ?? catalog.currency, {
      field: 'currency',
      paidIn,
      optional: ['currency'],
    })
  const fault = validateQuantity(template.name, request.quantity, 1) ?? validateCurrency(price, paidIn, prices)
  if (fault) return fault
  return {
    productId: product.id,
    name: template.name,
    code: template.slug,
    planVersionId: null,
    packageVersionId: null,
    price,
    quantity: 1,
    trialDays: 0,
    amountMinor: price.money.amountMinor,
    group: productGroup(product.id),
  }
}
