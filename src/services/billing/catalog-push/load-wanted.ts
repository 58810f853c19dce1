import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { PaymentPort } from '../providers/port.js'
import type { PriceTerms, ProviderPrice } from '../providers/offer-port.js'
import type { DesiredOffers, DesiredProduct } from './decide-push.js'

interface ProductRow {
  readonly id: string
  readonly type: string
  readonly code: string
  readonly name: string
  readonly active: boolean
}

interface PriceRow extends PriceTerms {
  readonly id: string
  readonly productId: string
  readonly linkedTo: ProviderPrice['externalId'] | null
}

/** Offers of our tables for a provider, with their recorded provider IDs. */
export async function loadWanted(
  sql: Sql,
  { provider, abilities }: Pick<PaymentPort, 'provider' | 'abilities'>,
  catalog: { readonly business: string; readonly features: Iterable<FeatureDefinition> },
): Promise<DesiredOffers> {
  const products = await sql.rows<ProductRow>(`select id, type, code, name, active from product order by type, code`)
  const prices = await sql.rows<PriceRow>(
    `select pr.id, pr.product_id, pr.amount_minor, pr.currency, pr."interval", pp.external_id as linked_to
     from price pr left join provider_price pp on pp.price_id = pr.id and pp.provider = $1 where pr.active and ($2 or pr."interval" <> 'ONE_TIME') order by pr.id`,
    [provider, abilities.oneTimePrices],
  )
  const pricesOf = Map.groupBy(prices, (price) => price.productId)
  const { business } = catalog
  return {
    business,
    products: products.map((product): DesiredProduct => {
      const key = [business, product.type, product.code].join(':').toLowerCase()
      return {
        key,
        name: product.name,
        active: product.active,
        prices: (pricesOf.get(product.id) ?? []).map(({ id, amountMinor, currency, interval, linkedTo }) => ({
          priceId: id,
          lookupKey: [key, interval, currency, amountMinor].join(':').toLowerCase(),
          amountMinor,
          currency,
          interval,
          linkedTo,
        })),
      }
    }),
    meters: [...catalog.features].flatMap(({ code, name, meter }) =>
      meter && abilities.metering ? [{ feature: code, eventName: meter, name }] : [],
    ),
  }
}

/** True if a price on sale has no counterpart noted yet; then a push has something to do. */
export async function hasUnlinkedPrices(
  sql: Sql,
  { provider, abilities }: Pick<PaymentPort, 'provider' | 'abilities'>,
): Promise<boolean> {
  const row = await sql.row(
    `select 1 from price pr join product p on p.id = pr.product_id
     where pr.active and p.active and ($2 or pr."interval" <> 'ONE_TIME')
       and not exists (select 1 from provider_price pp where pp.price_id = pr.id and pp.provider = $1) limit 1`,
    [provider, abilities.oneTimePrices],
  )
  return row !== undefined
}
