import { toDecimal } from '#services/kernel/money/money.js'
import type { OfferPort } from '../providers/offer-port.js'

type Offers = Awaited<ReturnType<OfferPort['listOffers']>>

/**
 * Pure: lists the products, prices and meters of a provider, one per line. A product of a provider can be several products of the catalog:
 * PayPal's holds all plans of a business. Its line names each of them.
 */
export function describeOffers({ products, prices, meters }: Offers): string[] {
  const archived = (active: boolean) => (active ? '' : '  (archived)')
  const ofProducts = [...Map.groupBy(products, ({ externalId }) => externalId)].flatMap(([externalId, same]) => {
    const keys = same.flatMap(({ key }) => key ?? [])
    const { name, active } = same[0]!
    return [
      `${externalId}  ${keys.length > 0 ? [...new Set(keys)].join(', ') : 'not of this catalog'}  ${name}${archived(active)}`,
      ...prices
        .filter(({ externalProductId }) => externalProductId === externalId)
        .map(
          (price) =>
            `  ${price.externalId}  ${toDecimal(price)} ${price.currency} ${price.interval.toLowerCase()}  ${price.lookupKey ?? ''}${archived(price.active)}`,
        ),
    ]
  })
  return [
    ...ofProducts,
    ...meters.map(({ externalId, eventName, active }) => `${externalId}  meter ${eventName}${archived(active)}`),
  ]
}
