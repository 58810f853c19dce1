import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { PaymentPort } from '../providers/port.js'
import type { DesiredOffers, DesiredProduct } from './decide-push.js'

/** Offers of our tables for a provider, with their recorded provider IDs. */
export async function loadWanted(
  sql: Sql,
  { provider, abilities }: Pick<PaymentPort, 'provider' | 'abilities'>,
  catalog: { readonly business: string; readonly features: Iterable<FeatureDefinition> },
): Promise<DesiredOffers> {
  const products = await sql.query
    .selectFrom('product')
    .select(['id', 'type', 'code', 'name', 'active'])
    .orderBy('type')
    .orderBy('code')
    .execute()
  const prices = await sql.query
    .selectFrom('price as pr')
    .leftJoin('provider_price as pp', (join) => join.onRef('pp.priceId', '=', 'pr.id').on('pp.provider', '=', provider))
    .select(['pr.id', 'pr.productId', 'pr.amountMinor', 'pr.currency', 'pr.interval', 'pp.externalId as linkedTo'])
    .where('pr.active', '=', true)
    .$if(!abilities.oneTimePrices, (query) => query.where('pr.interval', '<>', 'ONE_TIME'))
    .orderBy('pr.id')
    .execute()
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
    meters: abilities.metering
      ? [...catalog.features].flatMap(({ code, name, meter, overageMeter }) => [
          ...(meter ? [{ feature: code, eventName: meter, name }] : []),
          ...(overageMeter ? [{ feature: code, eventName: overageMeter, name: `Cost of ${name} overage` }] : []),
        ])
      : [],
  }
}

/** True if an active price is not linked to a price of the provider; then a push has something to do. */
export async function hasUnlinkedPrices(
  sql: Sql,
  { provider, abilities }: Pick<PaymentPort, 'provider' | 'abilities'>,
): Promise<boolean> {
  const row = await sql.query
    .selectFrom('price as pr')
    .innerJoin('product as p', 'p.id', 'pr.productId')
    .select('pr.id')
    .where('pr.active', '=', true)
    .where('p.active', '=', true)
    .$if(!abilities.oneTimePrices, (query) => query.where('pr.interval', '<>', 'ONE_TIME'))
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('provider_price as pp')
            .select('pp.priceId')
            .whereRef('pp.priceId', '=', 'pr.id')
            .where('pp.provider', '=', provider),
        ),
      ),
    )
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
